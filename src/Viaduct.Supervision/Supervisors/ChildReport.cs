namespace Viaduct.Supervision;

/// <summary>Where a supervised child stands now. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Since">Since when.</param>
/// <param name="Restarts">How often it was started again.</param>
public sealed record ChildReport(string Name, ChildState State, DateTimeOffset Since, long Restarts)
{
    /// <summary>The number of its process; null if it is none.</summary>
    public int? ProcessId { get; init; }

    /// <summary>How it ended the last time; null if it has not yet.</summary>
    public ExitReason? LastExit { get; init; }

    /// <summary>What is below it; null if it is no supervisor.</summary>
    public SupervisorReport? Supervisor { get; init; }
}
