using Viaduct.Benchmarks.Messages;

namespace Viaduct.Benchmarks.Systems;

/// <summary>
/// The channels of a fan-out: one that is published on, and two by which the sides take turns. Side A publishes a burst and times it;
/// then side B's subscribers drain it; then comes the next. So what is timed is publishing, and not the other core's taking.
/// </summary>
internal static class ViaductFanOut
{
    /// <summary>Messages published at a stretch. The channel has room for twice as many, so that publishing never waits.</summary>
    public const int Burst = 512;

    public static ChannelSpec<Message64> Published(Context context) => new("published")
    {
        Topology = Topology.OneToMany,
        Context = context,
        Capacity = 2 * Burst,
    };

    public static ChannelSpec<Message8> Turn(Context context, string name) => new(name)
    {
        Topology = Topology.OneToOne,
        Context = context,
        Capacity = 16,
    };

    /// <summary>How many bursts make up a count of messages that was asked for.</summary>
    public static long Bursts(long count) => Math.Max(1, count / Burst);
}
