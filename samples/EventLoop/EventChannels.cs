using Viaduct;

namespace EventLoop;

/// <summary>The two channels: one reader to many workers, and many workers to one merger.</summary>
internal static class EventChannels
{
    public static ChannelSpec<MuonPair> Pairs { get; } = new("muon-pairs") { Topology = Topology.OneToMany };

    public static ChannelSpec<PairMass> Masses { get; } = new("pair-masses") { Topology = Topology.ManyToOne };
}
