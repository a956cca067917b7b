namespace Viaduct.Generators;

/// <summary>What a project does with isolated methods.</summary>
/// <param name="Calls">Calls that are redirected.</param>
/// <param name="Findings">Uses that can't be.</param>
internal sealed record IsolatedCalls(EquatableArray<IsolatedCall> Calls, EquatableArray<Finding> Findings);
