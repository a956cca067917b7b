using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

[Message]
public readonly record struct Point(int X, int Y);
