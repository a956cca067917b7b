using Viaduct.Messages;

namespace Viaduct.Tests.Generators.Versions;

/// <summary>A message as an older program has it.</summary>
[Message(Name = "tick")]
public sealed record OldTick(int Number, int Price);
