using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

[Message]
public record Circle(string Name, double Radius) : Shape(Name);
