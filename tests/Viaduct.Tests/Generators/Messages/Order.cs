using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

[Message]
public sealed record Order(int Number, string Customer, IReadOnlyList<Line> Lines, string? Note = null);
