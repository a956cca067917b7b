namespace Viaduct;

/// <summary>What a server answered: a value, or why there is none.</summary>
internal readonly record struct Reply<T>(T Value, string? Error);
