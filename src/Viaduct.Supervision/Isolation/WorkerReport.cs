namespace Viaduct.Supervision;

/// <summary>One process of an isolated service, as it was when it was asked for.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="IsReady">Whether it has been reached, and calls can go to it.</param>
public sealed record WorkerReport(int ProcessId, bool IsReady);
