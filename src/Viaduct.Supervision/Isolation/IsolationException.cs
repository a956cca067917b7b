namespace Viaduct.Supervision;

/// <summary>An isolated service has no process: those that were started ended before they were ready. The message tells how the last one did, and its last words.</summary>
/// <param name="service">What the workers are called.</param>
/// <param name="reason">How the last one ended.</param>
/// <param name="lastOutput">The last lines that it wrote.</param>
public sealed class IsolationException(string service, ExitReason reason, IReadOnlyList<OutputLine> lastOutput)
    : ViaductException($"The isolated service '{service}' does not start: its process {reason}.{WorkerExit.Words(lastOutput)}")
{
    /// <summary>What the workers are called.</summary>
    public string Service { get; } = service;

    /// <summary>How the last process ended.</summary>
    public ExitReason Reason { get; } = reason;

    /// <summary>The last lines that it wrote.</summary>
    public IReadOnlyList<OutputLine> LastOutput { get; } = lastOutput;
}
