using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

/// <summary>Derives from another case.</summary>
[Message]
public sealed record Ring(string Name, double Radius, double Inner) : Circle(Name, Radius);
