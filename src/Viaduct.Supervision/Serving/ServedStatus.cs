using Viaduct.Messages;

namespace Viaduct.Supervision;

/// <summary>Where a served program stands now. Immutable.</summary>
/// <param name="Name">Its name in the description.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Offers">The services that it offers.</param>
/// <param name="ProcessId">Its process; null if there is none.</param>
/// <param name="Restarts">How often it was started again because it had ended by itself, since it was last started by somebody or by a call.</param>
/// <param name="Since">Since when it stands there.</param>
/// <param name="Memory">Bytes of its memory that are resident; 0 if there is no process.</param>
/// <param name="LastExit">How it ended the last time; null if it has not yet.</param>
[Message]
public sealed record ServedStatus(
    string Name, ServedState State, IReadOnlyList<string> Offers, int? ProcessId, long Restarts, DateTimeOffset Since, long Memory, string? LastExit);
