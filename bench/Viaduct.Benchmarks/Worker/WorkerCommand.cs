using Viaduct.Benchmarks.Plan;

namespace Viaduct.Benchmarks.Worker;

/// <summary>What the driver asks of a worker's sides: one line of its standard input.</summary>
/// <param name="Workload">Which loops to run.</param>
/// <param name="Count">Messages (round trips for latency and wake).</param>
/// <param name="Batch">Round trips timed together.</param>
internal sealed record WorkerCommand(Workload Workload, long Count, int Batch);
