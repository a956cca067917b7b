using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

[Message]
public sealed record Square(string Name, double Side, Shape? Within = null) : Shape(Name);
