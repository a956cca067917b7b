namespace Viaduct.Benchmarks.Charts;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What stands at its end.</param>
/// <param name="Kind">How it is drawn.</param>
/// <param name="Points">In rising order of X.</param>
internal sealed record Series(string Name, SeriesKind Kind, IReadOnlyList<(double X, double Y)> Points);
