using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

/// <summary>A generic message.</summary>
[Message]
public sealed record Page<T>(int Number, IReadOnlyList<T> Items, T? First, T Last)
    where T : notnull;
