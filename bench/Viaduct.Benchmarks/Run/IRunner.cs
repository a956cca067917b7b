using Viaduct.Benchmarks.Plan;

namespace Viaduct.Benchmarks.Run;

/// <summary>Runs one contestant. Between two calls it leaves both cores idle.</summary>
internal interface IRunner : IDisposable
{
    /// <summary>Starts it, connects its sides and warms it up.</summary>
    /// <exception cref="RunnerException">It cannot run here; the message says why.</exception>
    void Start(IReadOnlyList<Workload> workloads);

    /// <summary>Measures one repetition.</summary>
    /// <exception cref="RunnerException">It failed; it cannot be used any more.</exception>
    Measurement Measure(Workload workload);
}
