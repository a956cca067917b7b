using System.Diagnostics;
using Viaduct.Benchmarks.Plan;

namespace Viaduct.Benchmarks.Worker;

/// <summary>One side of a measurement, opened and connected; runs its half of a workload on the calling thread.</summary>
internal abstract class Side : IDisposable
{
    private readonly Role _role;

    protected Side(Role role)
    {
        _role = role;
    }

    /// <summary>Round trips of the last latency run, in ns for the whole batch. Only side A fills it.</summary>
    public Histogram RoundTrips { get; } = new();

    /// <summary>When the last run's first message was about to be sent (side A).</summary>
    public long Started { get; protected set; }

    /// <summary>When the last run's last message had been sent (side A) or taken (side B).</summary>
    public long Ended { get; private set; }

    /// <summary>
    /// Runs a workload. Every run begins with one round trip that does not count, so that both sides are awake when the clock
    /// starts.
    /// </summary>
    public void Run(WorkerCommand command)
    {
        RoundTrips.Clear();
        switch (command.Workload, _role)
        {
            case (Workload.Latency, Role.A):
                Ping(command.Count, command.Batch);
                break;
            case (Workload.Latency, Role.B):
                Echo(command.Count);
                break;
            case (Workload.Throughput, Role.A):
                Stream(command.Count);
                break;
            default:
                Drain(command.Count);
                break;
        }

        Ended = Stopwatch.GetTimestamp();
    }

    public abstract void Dispose();

    protected abstract void Ping(long count, int batch);

    protected abstract void Echo(long count);

    protected abstract void Stream(long count);

    protected abstract void Drain(long count);
}
