using System.Diagnostics;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Run;

/// <summary>Starts a program that does nothing, and waits for its end.</summary>
internal sealed class HelloRunner : IRunner
{
    private const string Program = "Viaduct.Benchmarks.Hello";

    private readonly Pace _pace;

    public HelloRunner(Pace pace)
    {
        _pace = pace;
    }

    public void Start(IReadOnlyList<Workload> workloads) => SayHello();

    public Measurement Measure(Workload workload)
    {
        var times = new Histogram();
        for (int left = StartedRunner.TimesFor(_pace); left > 0; left--)
        {
            long began = Stopwatch.GetTimestamp();
            SayHello();
            times.Record((long)Stopwatch.GetElapsedTime(began).TotalNanoseconds);
        }

        return new Measurement(
            new Percentiles(times.Percentile(0.5), times.Percentile(0.99), times.Percentile(0.999), times.Longest), null, null, null);
    }

    public void Dispose()
    {
    }

    private static void SayHello()
    {
        var start = new ProcessStartInfo(SiblingProgram.Host, [SiblingProgram.PathOf(Program)]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start) ?? throw new RunnerException($"{Program} did not start");
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
    }
}
