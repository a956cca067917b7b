namespace Viaduct.Benchmarks.Worker;

/// <summary>What sets a contestant apart from the plain one of its system.</summary>
internal readonly record struct SystemVariant
{
    /// <summary>Messages are sent and received many at a time; only for streams.</summary>
    public bool Batch { get; init; }

    /// <summary>Messages are written in loaned memory.</summary>
    public bool Loan { get; init; }

    /// <summary>How many channels there are each way, received from through a selector; 0 = one, without.</summary>
    public int Selected { get; init; }

    /// <summary>How many producers side A has, which send in turn; 0 = one.</summary>
    public int Producers { get; init; }

    /// <summary>How many consumers side B has, asked in turn; 0 = one.</summary>
    public int Consumers { get; init; }

    /// <summary>How many threads (or loops that await) of each side share its sockets; 0 = one.</summary>
    public int Threads { get; init; }

    /// <summary>How many subscribers side B opens; only for publishing.</summary>
    public int Subscribers { get; init; }

    /// <summary>How many calls are under way at once; 0 = one.</summary>
    public int Calls { get; init; }

    /// <summary>How a call's bytes travel.</summary>
    public BytesRoad Bytes { get; init; }
}
