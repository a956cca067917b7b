using Viaduct.Messages;

namespace Viaduct.Tests.Documentation;

[Message]
public sealed record Sample(long Run, DateTime Taken, IReadOnlyList<double> Values, Detector Detector, string? Remark = null);

[Message]
public readonly record struct Detector(string Name, short Channel);

[Message]
[Union(1, typeof(Started))]
[Union(2, typeof(Stopped))]
public abstract record RunEvent([property: Id(1)] long Run);

[Message]
public sealed record Started(long Run, [property: Id(2)] string Operator) : RunEvent(Run);

[Message]
public sealed record Stopped(long Run, [property: Id(2)] Page<Sample>? Last) : RunEvent(Run);

[Message]
public sealed record Page<T>(int Number, IReadOnlyList<T> Items);
