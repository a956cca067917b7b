using System.Globalization;
using Viaduct.Benchmarks.Plan;

namespace Viaduct.Benchmarks.Report;

/// <summary>Prints a group's results as a table: one line a contestant, latency on the left, throughput on the right.</summary>
internal static class TableReport
{
    private const string Nothing = "";

    private static readonly string[] s_headings =
    [
        "system", "wait", "p50 ns", "p99 ns", "p99.9 ns", "max ns", "x limit", "messages/s", "MB/s", "of limit", "cpu ns", "B alloc",
    ];

    public static void Write(TextWriter output, Group group, IReadOnlyList<ResultRow> rows)
    {
        List<string[]> lines = [s_headings, .. Lines(group, rows)];
        if (group.Work.Pattern == Pattern.PublishSubscribe)
        {
            lines[0] = [.. s_headings.Select(heading => heading == "x limit" ? "x 1 sub." : heading)];
        }

        int[] widths = [.. s_headings.Select((_, column) => lines.Max(line => line[column].Length))];
        output.WriteLine();
        output.WriteLine(group.Work.Title);
        foreach (string[] line in lines)
        {
            // Names to the left, numbers to the right.
            output.WriteLine(string.Join("  ", line.Select((cell, column) =>
                column < 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        }
    }

    private static IEnumerable<string[]> Lines(Group group, IReadOnlyList<ResultRow> rows)
    {
        foreach (Contestant contestant in group.Contestants)
        {
            List<ResultRow> own = [.. rows.Where(row => row.System == contestant.System
                && row.Variant == contestant.Variant && row.Wait == Names.Of(contestant.Wait))];
            if (own.Count == 0)
            {
                continue;
            }

            ResultRow? latency = own.Find(row => row.P50 is not null);
            ResultRow? throughput = own.Find(row => row.MessagesPerSecond is not null);
            yield return
            [
                contestant.Label,
                Names.Of(contestant.Wait),
                Nanoseconds(latency?.P50),
                Nanoseconds(latency?.P99),
                Nanoseconds(latency?.P999),
                Nanoseconds(latency?.Max),
                Ratio(latency?.RatioToOneSubscriber ?? latency?.RatioToLimit),
                Count(throughput?.MessagesPerSecond),
                Count(throughput?.BytesPerSecond / 1e6),
                Ratio(throughput?.RatioToLimit),
                Nanoseconds((throughput ?? latency)?.CpuNanosecondsPerMessage),
                Bytes(own.Max(row => row.AllocatedBytesPerMessage)),
            ];
        }
    }

    private static string Nanoseconds(double? value) => Format(value, value < 1000 ? "0.0" : "#,0");

    private static string Ratio(double? value) => Format(value, value < 0.1 ? "0.0000" : value < 100 ? "0.00" : "#,0");

    private static string Count(double? value) => Format(value, value < 10 ? "0.00" : "#,0");

    private static string Bytes(double? value) => Format(value, "0.0");

    private static string Format(double? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? Nothing;
}
