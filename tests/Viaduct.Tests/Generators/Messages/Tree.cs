using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

/// <summary>A generic message that holds itself.</summary>
[Message]
public sealed record Tree<T>(T Value, List<Tree<T>> Children);
