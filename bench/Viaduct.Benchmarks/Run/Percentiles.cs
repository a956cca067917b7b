namespace Viaduct.Benchmarks.Run;

/// <summary>Durations of one repetition, ns: one way, or for fan-out the publisher's time for a message.</summary>
internal readonly record struct Percentiles(double P50, double P99, double P999, double Max);
