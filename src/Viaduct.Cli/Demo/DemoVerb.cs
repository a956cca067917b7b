using System.CommandLine;
using Viaduct.Cli.Demo.Input;
using Viaduct.Cli.Demo.Reporting;
using Viaduct.Cli.Output;
using Viaduct.Cli.Verbs;

namespace Viaduct.Cli.Demo;

/// <summary><c>viaduct demo</c>: the same pipeline at three distances, compared with a reference.</summary>
internal static class DemoVerb
{
    private const string Description =
        "Feed real input to workers at three distances (threads, processes, machines), kill some, and compare the results.";

    private const string Details =
        """
        The same pipeline runs three times: its workers are threads, processes of this machine, and processes of simulated machines
        that can be reached by TCP only. In the last two a worker is killed with SIGKILL half-way and replaced. Each run must
        come to the result of a single-threaded reference, or the exit code is 1.

        A worker computes the SHA-256 of an event and counts the tokens of texts; it gives an event back as done only when the
        merger has its result. Kill any worker yourself: nothing is lost. Kill the reader or the merger: the demo ends and says
        so. The numbers of the processes are written to standard error. --passes 20 leaves time to do that.

        At the end: a table, and last one line a distance for scripts:
          distance=thread|process|machine route=in-process|shared-memory|tcp messages=N result=sha256:... lost=0 redelivered=R
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="interrupt">The signals.</param>
    public static Command Create(Interrupt interrupt)
    {
        Option<string?> input = new("--input")
        {
            Description = "What to read. A folder: its files; a .csv or .tsv file: its rows; another text file: its lines; another file: its parts. "
                + "Default: every .xml and .dll of the installed .NET SDK and its packs.",
            HelpName = "FILE|DIR",
        };
        Option<InputKind?> kind = new("--as") { Description = "Read the input so, whatever it looks like.", HelpName = "files|lines|csv" };
        Option<int> workers = new("--workers")
        {
            Description = "How many workers at a time, from 1 to 64. Default: one a core, at least 2.",
            HelpName = "N",
            DefaultValueFactory = _ => Math.Clamp(Environment.ProcessorCount, 2, 64),
        };
        Option<bool> quick = new("--quick") { Description = "Read only about 32 MB of the input: some of its files." };
        Option<Distance[]> distances = new("--distance")
        {
            Description = "Only these runs.",
            AllowMultipleArgumentsPerToken = true,
            HelpName = "thread|process|machine",
            DefaultValueFactory = _ => [],
        };
        Option<int> passes = new("--passes")
        {
            Description = "Read the input so many times.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        Option<bool> loopback = new("--loopback") { Description = "Use loopback for the third run, also where network namespaces are allowed." };
        Option<bool> json = new("--json") { Description = "Write the report as JSON." };
        kind.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "files", "lines", "csv");
        distances.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "thread", "process", "machine");
        workers.MustBe("between 1 and 64", static count => count is >= 1 and <= 64);
        passes.MustBe("between 1 and 10000", static count => count is >= 1 and <= 10_000);

        VerbCommand command = new("demo", Description, Details) { input, kind, workers, quick, passes, distances, loopback, json };
        command.SetAction(async (parsed, _) =>
        {
            interrupt.Listen();
            Distance[] only = parsed.GetValue(distances) ?? [];
            DemoSettings settings = new(
                parsed.GetValue(input),
                parsed.GetValue(kind),
                parsed.GetValue(workers),
                parsed.GetValue(quick),
                parsed.GetValue(passes),
                parsed.GetValue(loopback),
                [.. Enum.GetValues<Distance>().Where(distance => only.Length == 0 || only.Contains(distance))]);
            return await RunAsync(settings, parsed.GetValue(json), interrupt.Token);
        });
        return command;
    }

    private static async Task<int> RunAsync(DemoSettings settings, bool json, CancellationToken cancellationToken)
    {
        DemoReport report;
        try
        {
            report = await new DemoProgram(settings).RunAsync(cancellationToken);
        }
        catch (DemoFailedException problem)
        {
            throw new CommandException("the demo failed: " + problem.Message);
        }

        if (json)
        {
            JsonOutput.Write(report, CliJson.Default.DemoReport);
        }
        else
        {
            ReportWriter.Write(report, Console.Out);
        }

        return report.Identical ? ExitCode.Success : ExitCode.Failure;
    }
}
