using Viaduct.Messages;

namespace Viaduct.Tests.Generators.Versions;

/// <summary>The same with something else in it.</summary>
[Message(Name = "tick")]
public sealed record BrokenTick(int Number, double Price);
