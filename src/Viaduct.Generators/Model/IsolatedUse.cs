namespace Viaduct.Generators;

/// <summary>A call that isolates a pair of types.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Finding">Why generated code can't make it; null where it can.</param>
internal sealed record IsolatedUse(IsolatedPair Pair, Finding? Finding);
