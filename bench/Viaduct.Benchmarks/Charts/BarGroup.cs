namespace Viaduct.Benchmarks.Charts;

/// <summary>Bars that share an axis.</summary>
internal sealed record BarGroup(string Name, IReadOnlyList<Bar> Bars);
