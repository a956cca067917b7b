using System.Diagnostics;
using Viaduct.Benchmarks.Plan;

namespace Viaduct.Benchmarks.Worker;

/// <summary>One side of a measurement, opened and connected; runs its half of a workload on the calling thread.</summary>
internal abstract class Side : IDisposable
{
    /// <summary>20 µs, as in native/common.h, in ticks of the clock.</summary>
    private static readonly long s_pause = Stopwatch.Frequency / 50_000;

    private readonly Role _role;

    protected Side(Role role)
    {
        _role = role;
    }

    /// <summary>Round trips of the last latency run, in ns for the whole batch (fan-out: one burst). Only side A fills it.</summary>
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
        bool roundTrips = command.Workload.IsRoundTrip;
        switch (roundTrips, _role)
        {
            case (true, Role.A):
                Ping(command.Count, command.Batch, pausing: command.Workload == Workload.Wake);
                break;
            case (true, Role.B):
                Echo(command.Count);
                break;
            case (false, Role.A):
                Stream(command.Count);
                break;
            default:
                Drain(command.Count);
                break;
        }

        Ended = Stopwatch.GetTimestamp();
    }

    public abstract void Dispose();

    /// <summary>Spins long enough for a receiver that may sleep to fall asleep. Returns when the message is about to be sent.</summary>
    protected static long Pause()
    {
        long asked = Stopwatch.GetTimestamp();
        long now = asked;
        while (now - asked < s_pause)
        {
            now = Stopwatch.GetTimestamp();
        }

        return now;
    }

    protected abstract void Ping(long count, int batch, bool pausing);

    protected abstract void Echo(long count);

    protected abstract void Stream(long count);

    protected abstract void Drain(long count);
}
