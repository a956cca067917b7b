namespace Viaduct.Supervision;

/// <summary>One process of an isolated service, as it was when it was asked for.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="IsReady">Whether it has been reached and warmed up, and has not begun to end since. Calls may go to it before.</param>
/// <param name="Confinement">What of its confinement the system gave.</param>
public sealed record WorkerReport(int ProcessId, bool IsReady, ConfinementReport Confinement);
