namespace Viaduct.Benchmarks.Charts;

/// <summary>One bar of a chart.</summary>
internal sealed record Bar(string Name, SeriesKind Kind, double Value);
