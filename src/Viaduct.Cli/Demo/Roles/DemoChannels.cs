namespace Viaduct.Cli.Demo.Roles;

/// <summary>The two channels of the pipeline: events from one reader to many workers, results from them to one merger.</summary>
internal static class DemoChannels
{
    /// <summary>How many events may be sent and not yet acknowledged by the merger.</summary>
    public const int Capacity = 64;

    /// <summary>How often an event is tried: the most that there is, so that it survives many workers killed by hand.</summary>
    public const int MaxAttempts = 255;

    /// <summary>Events, from the reader to the workers; see <see cref="Work.EventTrailer"/>.</summary>
    /// <param name="context">How far the peers may be.</param>
    public static ChannelSpec<ReadOnlyMemory<byte>> Events(Context context)
    {
        return new ChannelSpec<ReadOnlyMemory<byte>>("events")
        {
            Topology = Topology.OneToMany,
            Capacity = Capacity,
            Context = context,
        };
    }

    /// <summary>
    /// Calls from the workers to the merger: results (see <see cref="Work.EventAnalysis"/>), answered with the number of events counted so far once they
    /// are merged.
    /// </summary>
    /// <param name="context">How far the peers may be.</param>
    public static CallSpec<ReadOnlyMemory<byte>, long> Results(Context context)
    {
        return new CallSpec<ReadOnlyMemory<byte>, long>("results") { Topology = Topology.ManyToOne, Capacity = 1, Context = context };
    }
}
