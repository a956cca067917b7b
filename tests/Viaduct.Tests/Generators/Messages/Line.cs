using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

[Message]
public sealed record Line(string Article, decimal Price, int Count = 1, string Unit = "piece");
