namespace Viaduct.Benchmarks.Worker;

/// <summary>The two sides of a measurement. A begins: it pings, streams or calls; B echoes, drains or answers.</summary>
internal enum Role
{
    A,
    B,
}
