namespace Viaduct.Generators;

/// <summary>A contract and what carries it out in a process of its own.</summary>
/// <param name="Service">The contract's name in code.</param>
/// <param name="Implementation">The implementation's name in code.</param>
/// <param name="IsOpen">Whether one of them has type parameters of the method or class around it, so that it is no one pair.</param>
/// <param name="Experimental">What the compiler says of who names them, since they are marked as experimental.</param>
internal sealed record IsolatedPair(string Service, string Implementation, bool IsOpen, EquatableArray<string> Experimental);
