namespace Viaduct.Generators;

/// <summary>A contract and what carries it out in a process of its own.</summary>
/// <param name="Service">The contract's name in code.</param>
/// <param name="Implementation">The implementation's name in code.</param>
internal sealed record IsolatedPair(string Service, string Implementation);
