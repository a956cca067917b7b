using System.Text;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Report;

namespace Viaduct.Benchmarks.Charts;

/// <summary>Results as tables of a Markdown page: a table a kind of work, a line a contestant, a column a message size.</summary>
internal static class MarkdownTables
{
    public static string Write(ResultFile results)
    {
        var text = new StringBuilder();
        foreach (IGrouping<Work, ResultRow> table in results.Rows
            .GroupBy(row => new Work(row.Pattern, row.Distance, row.Workload, row.Touched, row.Pinned))
            .OrderBy(table => table.Key.Order))
        {
            Write(text, table.Key, [.. table]);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, Work work, ResultRow[] rows)
    {
        int[] sizes = [.. rows.Select(row => row.Size).Distinct().Order()];
        text.AppendLine().AppendLine($"### {work.Title}").AppendLine().AppendLine(work.Legend).AppendLine();
        Write(text, rows, sizes, Cell);
        if (rows.Any(row => row.P99 is not null))
        {
            text.AppendLine().AppendLine("Its slowest, µs: p99 · p99.9 · the longest of all repetitions.").AppendLine();
            Write(text, [.. rows.Where(row => row.P99 is not null)], sizes, Slowest);
        }
    }

    private static void Write(StringBuilder text, ResultRow[] rows, int[] sizes, Func<ResultRow?, string> cell)
    {
        text.AppendLine($"| system | {string.Join(" | ", sizes.Select(Names.OfSize))} |");
        text.AppendLine($"| --- |{string.Concat(sizes.Select(_ => " ---: |"))}");
        foreach (IGrouping<string, ResultRow> line in rows.GroupBy(Figures.NameOf))
        {
            string name = line.First().System == Contestant.ViaductSystem ? $"**{line.Key}**" : line.Key;
            text.AppendLine($"| {name} | {string.Join(" | ", sizes.Select(size => cell(line.FirstOrDefault(row => row.Size == size))))} |");
        }
    }

    private static string Slowest(ResultRow? row) =>
        row is { P99: { } usual, P999: { } rare, Max: { } longest }
            ? string.Join(" · ", new[] { usual, rare, longest }.Select(nanoseconds => Figures.Significant(nanoseconds / 1000)))
            : "";

    private static string Cell(ResultRow? row)
    {
        if (row is null)
        {
            return "";
        }

        string cpu = row.CpuNanosecondsPerMessage is { } nanoseconds ? $" · {Figures.Significant(nanoseconds / 1000)} µs" : "";
        string allocated = row.AllocatedBytesPerMessage is >= 1 and { } bytes ? $" · {Figures.Significant(bytes)} B" : "";
        double? ratio = row.RatioToOneSubscriber ?? row.RatioToLimit;
        string comparison = ratio is { } value ? $" · {Figures.Significant(value)}" : "";
        return row.P50 is { } latency && row.Workload != Names.Of(Workload.FanOut)
            ? $"{Figures.Significant(latency / 1000)}{comparison}{cpu}{allocated}"
            : row.P50 is { } publishing
                ? $"{Figures.Significant(publishing)} ns{comparison}{cpu}{allocated}"
                : $"{Figures.Significant((row.MessagesPerSecond ?? 0) / 1e6)}{comparison}{cpu}{allocated}";
    }

    /// <summary>What the lines of a table have in common.</summary>
    private readonly record struct Work(string Pattern, string Distance, string Workload, bool Touched, bool Pinned)
    {
        public string Title => $"{Name}, {Where}{(Touched ? "" : ", untouched")}{(Pinned ? "" : ", not pinned")}";

        public string Legend => Workload switch
        {
            "throughput" => $"Million messages/s · share of the limit · processor time of both sides for a message{Memory}.",
            "fan-out" => $"What the publisher spends on a message · the same divided by that for one subscriber · processor time of both sides{Memory}.",
            _ => $"µs one way · times the limit · processor time of both sides for a message{Memory}.",
        };

        /// <summary>Pinned before unpinned, processes before threads before machines, latency before rate.</summary>
        public (bool, int, int, bool, int) Order => (
            !Pinned,
            Pattern == Names.Of(Viaduct.Pattern.ProducerConsumer) ? 0 : Pattern == Names.Of(Viaduct.Pattern.PublishSubscribe) ? 1 : 2,
            Distance == Names.Of(Plan.Distance.Process) ? 0 : Distance == Names.Of(Plan.Distance.Thread) ? 1 : 2,
            !Touched,
            Workload switch { "latency" => 0, "throughput" => 1, _ => 2 });

        private static string Memory => " · bytes allocated for a message, where there are any";

        private string Name => (Pattern, Workload) switch
        {
            ("client-server", _) => "Calls",
            (_, "latency") => "Latency",
            (_, "throughput") => "Stream",
            (_, "wake") => "A sleeping receiver is woken",
            _ => "One publisher, several subscribers",
        };

        private string Where => Distance switch
        {
            "thread" => "between two threads",
            "process" => "between two processes",
            _ => "over TCP on loopback",
        };
    }
}
