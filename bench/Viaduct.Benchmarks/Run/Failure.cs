using Viaduct.Benchmarks.Plan;

namespace Viaduct.Benchmarks.Run;

/// <summary>A contestant that could not be measured, and why.</summary>
internal sealed record Failure(Contestant Contestant, Group Group, string Reason)
{
    /// <summary>A peer may be missing, and a compiler; Viaduct itself may not.</summary>
    public bool IsFatal => Contestant is { System: Contestant.ViaductSystem, MayBeMissing: false };
}
