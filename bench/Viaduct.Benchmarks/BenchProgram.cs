using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Report;
using Viaduct.Benchmarks.Run;

namespace Viaduct.Benchmarks;

/// <summary>The program as a driver: plans, runs group after group, prints.</summary>
internal static class BenchProgram
{
    private const int Done = 0;
    private const int Incomplete = 1;
    private const int BadUsage = 2;
    private const int Interrupted = 130;

    public static int Run(string[] arguments)
    {
        BenchOptions options;
        try
        {
            options = BenchOptions.Parse(arguments);
        }
        catch (ArgumentException error)
        {
            Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine(BenchOptions.Usage);
            return BadUsage;
        }

        if (options.Help)
        {
            Console.Out.WriteLine(BenchOptions.Usage);
            return Done;
        }

        using var interrupt = new CancellationTokenSource();
        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, interrupt));
        using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, interrupt));
        try
        {
            return Run(options, interrupt.Token);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("interrupted");
            return Interrupted;
        }
        catch (InvalidOperationException error)
        {
            Console.Error.WriteLine(error.Message);
            return Incomplete;
        }
    }

    private static int Run(BenchOptions options, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        Pace pace = options.Quick ? Pace.Quick : Pace.Full;
        using var environment = new BenchEnvironment(pace with { Pass = options.Pass ?? pace.Pass, WarmUp = options.WarmUp ?? pace.WarmUp, Repetitions = options.Repetitions ?? pace.Repetitions }, options.Pinned);
        List<Group> plan = [.. Suite.Plan(environment, options)];
        if (Suite.FindUnknown(environment, options) is { } unknown)
        {
            Console.Error.WriteLine(unknown);
            return BadUsage;
        }

        string where = options.Pinned ? $"cores {environment.Cores.A} and {environment.Cores.B}" : "not pinned";
        Console.Out.WriteLine(
            $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}; {where}; medians of {environment.Pace.Repetitions} repetitions; latency is one way");

        using StreamWriter? json = options.JsonFile is null ? null : new StreamWriter(options.JsonFile, options.Append);
        var failures = new List<Failure>();
        foreach (Group group in plan)
        {
            using var runner = new GroupRunner(group, environment);
            IReadOnlyList<ResultRow> rows = runner.Run(cancellation);
            failures.AddRange(runner.Failures);
            TableReport.Write(Console.Out, group, rows);
            foreach (ResultRow row in rows)
            {
                json?.WriteLine(JsonSerializer.Serialize(row, BenchJson.Default.ResultRow));
            }

            json?.Flush();
        }

        Report(failures);
        Console.Out.WriteLine();
        Console.Out.WriteLine($"{Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");
        return failures.Exists(failure => failure.IsFatal) ? Incomplete : Done;
    }

    private static void Report(List<Failure> failures)
    {
        // One line for all that fail for the same reason: without a compiler that is a third of the plan.
        foreach (IGrouping<string, Failure> reason in failures.GroupBy(failure => failure.Reason))
        {
            Console.Out.WriteLine();
            Console.Out.WriteLine($"not measured, because {reason.Key}:");
            foreach (Failure failure in reason)
            {
                Console.Out.WriteLine(
                    $"  {failure.Contestant.Label}, {Names.Of(failure.Contestant.Wait)} ({failure.Group.Work.Title})");
            }
        }
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource interrupt)
    {
        // The process must live until it has ended its workers and removed its files.
        signal.Cancel = true;
        interrupt.Cancel();
    }
}
