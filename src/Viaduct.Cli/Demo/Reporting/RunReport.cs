namespace Viaduct.Cli.Demo.Reporting;

/// <summary>What one run came to, as the table and JSON show it.</summary>
internal sealed record RunReport
{
    /// <summary>thread, process or machine.</summary>
    public required string Distance { get; init; }

    /// <summary>The only route that was taken.</summary>
    public required string Route { get; init; }

    /// <summary>Why that route, as the sockets tell it; and where the processes were.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>Where the workers were.</summary>
    public required string Place { get; init; }

    /// <summary>How many workers there were at a time.</summary>
    public required int Workers { get; init; }

    /// <summary>Events counted by the merger, each once.</summary>
    public required long Messages { get; init; }

    /// <summary>Their bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>From the first event to the last acknowledgement.</summary>
    public required double Seconds { get; init; }

    /// <summary>Events a second.</summary>
    public double MessagesPerSecond => Messages / Seconds;

    /// <summary>Bytes a second, in units of 10⁹.</summary>
    public double GigabytesPerSecond => Bytes / Seconds / 1e9;

    /// <summary>Median time from the reader's send, with its wait for credit, to the merger, in ns.</summary>
    public required long P50Ns { get; init; }

    /// <summary>The same, 99th percentile.</summary>
    public required long P99Ns { get; init; }

    /// <summary>Workers that the demo killed with SIGKILL.</summary>
    public required int Killed { get; init; }

    /// <summary>Deliveries that were repeated since a worker had died.</summary>
    public required long Redelivered { get; init; }

    /// <summary>Events of the input that the merger did not get.</summary>
    public required long Lost { get; init; }

    /// <summary>Results that came twice, since a worker had died between the merging and the acknowledgement; counted once.</summary>
    public required long Duplicated { get; init; }

    /// <summary>The digest of everything merged, 64 hexadecimal digits.</summary>
    public required string Result { get; init; }
}
