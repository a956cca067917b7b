using Viaduct.Messages;

namespace Viaduct.Tests.Generators.Versions;

/// <summary>The same with more in it.</summary>
[Message(Name = "tick")]
public sealed record NewTick(int Number, long Price, string? Market);
