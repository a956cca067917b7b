namespace Viaduct.Cli.Demo.Roles;

/// <summary>What a process of the demo tells the one that started it: a line of its standard output, as JSON.</summary>
internal sealed record RoleReport
{
    /// <summary>What it tells.</summary>
    public required RoleReportKind Kind { get; init; }

    /// <summary>Of <see cref="RoleReportKind.Failed"/>: why.</summary>
    public string? Error { get; init; }

    /// <summary>Of <see cref="RoleReportKind.Ready"/>: where it listens.</summary>
    public string? Listen { get; init; }

    /// <summary>Events sent or merged.</summary>
    public long Events { get; init; }

    /// <summary>Bytes merged.</summary>
    public long Bytes { get; init; }

    /// <summary>Of the reader: deliveries repeated.</summary>
    public long Redelivered { get; init; }

    /// <summary>Of the merger: results that came again.</summary>
    public long Duplicates { get; init; }

    /// <summary>Of the reader at its end: seconds from the first event to the last acknowledgement.</summary>
    public double Seconds { get; init; }

    /// <summary>Of the merger at its end: the digest.</summary>
    public string? Result { get; init; }

    /// <summary>Of the merger at its end: the median latency in ns.</summary>
    public long P50 { get; init; }

    /// <summary>Of the merger at its end: the 99th percentile of the latency in ns.</summary>
    public long P99 { get; init; }

    /// <summary>The routes to its peers and their reasons, each once.</summary>
    public IReadOnlyList<RouteTaken> Routes { get; init; } = [];
}
