using System.Globalization;
using Viaduct.Cli.Demo.Work;
using Viaduct.Cli.Output;

namespace Viaduct.Cli.Demo.Reporting;

/// <summary>Writes the report for people, and a line a run for scripts.</summary>
internal static class ReportWriter
{
    /// <summary>Writes everything.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="output">Where to.</param>
    public static void Write(DemoReport report, TextWriter output)
    {
        WriteTable(report, output);
        foreach (RunReport run in report.Runs)
        {
            string more = run.Reasons.Count > 1 ? $" (and {run.Reasons.Count - 1} more such)" : string.Empty;
            output.WriteLine($"{run.Distance}: {run.Place}; by {run.Route}: {run.Reasons[0]}{more}");
        }

        ReferenceResult reference = report.Reference;
        if (reference.Tokens > 0)
        {
            string frequent = string.Join(", ", reference.MostFrequent.Select(token => $"{token.Key} {Words.Number(token.Value)}"));
            output.WriteLine($"tokens: {Words.Number(reference.Tokens)} different; most frequent: {frequent}");
        }

        output.WriteLine(Verdict(report));
        output.WriteLine();
        foreach (RunReport run in report.Runs)
        {
            output.WriteLine(ScriptLine(run));
        }
    }

    private static void WriteTable(DemoReport report, TextWriter output)
    {
        Table table = new(
            "DISTANCE", "ROUTE", ">MESSAGES", ">BYTES", ">MSGS/S", ">GB/S", ">P50", ">P99", ">KILLED", ">REDELIVERED", ">LOST", ">DUPLICATED");
        ReferenceResult reference = report.Reference;
        table.Add(
            "reference",
            "one thread",
            Words.Number(reference.Messages),
            Words.Bytes(reference.Bytes),
            Words.Number((long)(reference.Messages / reference.Seconds)),
            Words.Fixed(reference.Bytes / reference.Seconds / 1e9, 3),
            "-",
            "-",
            "-",
            "-",
            "-",
            "-");
        foreach (RunReport run in report.Runs)
        {
            table.Add(
                run.Distance,
                run.Route,
                Words.Number(run.Messages),
                Words.Bytes(run.Bytes),
                Words.Number((long)run.MessagesPerSecond),
                Words.Fixed(run.GigabytesPerSecond, 3),
                Words.Duration(run.P50Ns),
                Words.Duration(run.P99Ns),
                Words.Number(run.Killed),
                Words.Number(run.Redelivered),
                Words.Number(run.Lost),
                Words.Number(run.Duplicated));
        }

        table.Write(output);
        output.WriteLine();
    }

    private static string Verdict(DemoReport report)
    {
        if (report.Identical)
        {
            return $"identical: all runs have the reference's result, sha256:{report.Reference.Result}";
        }

        IEnumerable<string> wrong = report.Runs
            .Where(run => run.Result != report.Reference.Result || run.Lost != 0)
            .Select(run => run.Distance);
        return $"DIFFERENT from the reference, sha256:{report.Reference.Result}: {string.Join(", ", wrong)}";
    }

    private static string ScriptLine(RunReport run)
    {
        return string.Create(
            CultureInfo.InvariantCulture,
            $"distance={run.Distance} route={run.Route} messages={run.Messages} result=sha256:{run.Result} lost={run.Lost} redelivered={run.Redelivered}");
    }
}
