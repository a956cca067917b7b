using Viaduct;

namespace ThreeLayerCake;

/// <summary>The outer layer: tiles go to whichever process is free, their sums come back.</summary>
internal static class Channels
{
    // A short queue, so that the last tiles are not in line behind a slow one.
    public static ChannelSpec<Tile> Tiles { get; } = new("cake/tiles") { Topology = Topology.OneToMany, Capacity = 2 };

    public static ChannelSpec<TileSum> Sums { get; } = new("cake/sums") { Topology = Topology.ManyToOne };
}
