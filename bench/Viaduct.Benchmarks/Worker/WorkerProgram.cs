using System.Text.Json;
using Viaduct.Benchmarks.Machine;
using Viaduct.Benchmarks.Report;
using Viaduct.Benchmarks.Systems;

namespace Viaduct.Benchmarks.Worker;

/// <summary>
/// The program as a worker: hosts one side or both, answers each line of its standard input with one of its standard output,
/// and ends when its input does, whatever it is doing (the driver may have been killed).
/// </summary>
internal static class WorkerProgram
{
    public const string Ready = "ready";

    public static int Run(string[] commandLine) => Run(commandLine, SystemFactory.Create);

    /// <summary>Runs a system that is none of this program's own.</summary>
    public static int Run(string[] commandLine, Func<WorkerArguments, IBenchSystem> create)
    {
        try
        {
            Serve(WorkerArguments.Parse(commandLine), create);
            return 0;
        }
        catch (Exception error)
        {
            // The driver tells the user; and the other side may wait for this one for ever, so nothing is closed in order.
            Console.Error.WriteLine(error);
            Environment.Exit(1);
            return 1;
        }
    }

    private static void Serve(WorkerArguments arguments, Func<WorkerArguments, IBenchSystem> create)
    {
        Role[] roles = arguments.Role is { } role ? [role] : [Role.A, Role.B];
        Affinity.PinProcess([.. roles.Select(arguments.CoreOf)]);

        var commands = new CommandReader();
        using IBenchSystem system = create(arguments);
        List<SideThread> sides = [.. roles.Select(one => new SideThread(one, arguments.CoreOf(one), () => system.Open(one)))];
        sides.ForEach(side => side.Wait());
        Console.Out.WriteLine(Ready);
        bool passive = sides.TrueForAll(side => side.Side is PassiveSide);
        Spent before = Spent.Now();
        while (commands.Next() is { } command)
        {
            // What a passive side spends lies between two commands, not within one.
            WorkerReport report = Measure(sides, command, passive ? before : Spent.Now());
            before = Spent.Now();
            Console.Out.WriteLine(JsonSerializer.Serialize(report, BenchJson.Default.WorkerReport));
        }

        // All at once: each may wait for the other to close in an orderly way.
        sides.ForEach(side => side.End());
        sides.ForEach(side => side.Dispose());
    }

    private static WorkerReport Measure(List<SideThread> sides, WorkerCommand command, Spent before)
    {
        sides.ForEach(side => side.Begin(command));
        sides.ForEach(side => side.Wait());
        Spent after = Spent.Now();

        Side? a = sides.Find(side => side.Role == Role.A)?.Side;
        Side? b = sides.Find(side => side.Role == Role.B)?.Side;
        Histogram? roundTrips = a?.RoundTrips;
        return new WorkerReport(
            a?.Started ?? 0,
            a?.Ended ?? 0,
            b?.Ended ?? 0,
            after.CpuNanoseconds - before.CpuNanoseconds,
            after.AllocatedBytes - before.AllocatedBytes,
            (roundTrips?.Percentile(0.5) ?? 0) / command.Batch,
            (roundTrips?.Percentile(0.99) ?? 0) / command.Batch,
            (roundTrips?.Percentile(0.999) ?? 0) / command.Batch,
            (double)(roundTrips?.Longest ?? 0) / command.Batch);
    }
}
