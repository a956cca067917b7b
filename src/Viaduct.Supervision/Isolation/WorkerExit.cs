namespace Viaduct.Supervision;

/// <summary>How one process of an isolated service ended. Thread-safe.</summary>
public sealed class WorkerExit
{
    private readonly ChildProcess _process;

    internal WorkerExit(ChildProcess process, ExitReason reason)
    {
        _process = process;
        Reason = reason;
    }

    /// <summary>The process's number.</summary>
    public int ProcessId => _process.Id;

    /// <summary>How it ended.</summary>
    public ExitReason Reason { get; }

    /// <summary>The last lines that it wrote, of both streams: all of them a moment after its end, when they were read.</summary>
    public IReadOnlyList<OutputLine> LastOutput => _process.LastOutput;

    /// <summary>The end in words, with its last ones.</summary>
    public override string ToString() => $"process {ProcessId}, {Reason}.{Words(LastOutput)}";

    /// <summary>Last lines, to be put behind a sentence; empty where there are none.</summary>
    internal static string Words(IReadOnlyList<OutputLine> lines) =>
        lines.Count == 0 ? "" : $" Its last words:{Environment.NewLine}{string.Join(Environment.NewLine, lines.TakeLast(10).Select(static line => line.Text))}";
}
