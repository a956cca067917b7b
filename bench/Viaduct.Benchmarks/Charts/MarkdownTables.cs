using System.Text;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Report;

namespace Viaduct.Benchmarks.Charts;

/// <summary>Results as tables of a Markdown page: a table a kind of work, a line a contestant, a column a message size.</summary>
internal static class MarkdownTables
{
    public static string Write(IEnumerable<ResultRow> rows)
    {
        var text = new StringBuilder();
        foreach (IGrouping<Work, ResultRow> table in rows
            .GroupBy(row => new Work(row.Pattern, row.Distance, row.Workload, row.Touched, row.Pinned, row.Sharing is not null))
            .OrderBy(table => table.Key.Order))
        {
            Write(text, table.Key, [.. table]);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, Work work, ResultRow[] rows)
    {
        int[] columns = [.. rows.Select(Column).Distinct().Order()];
        text.AppendLine().AppendLine($"### {work.Title}").AppendLine().AppendLine(work.Legend).AppendLine();
        Write(text, work, rows, columns, Cell);
        if (rows.Any(row => row.P99 is not null))
        {
            text.AppendLine().AppendLine($"Its slowest, {work.Unit}: p99 · p99.9 · the longest of all repetitions.").AppendLine();
            Write(text, work, [.. rows.Where(row => row.P99 is not null)], columns, Slowest);
        }
    }

    private static void Write(StringBuilder text, Work work, ResultRow[] rows, int[] columns, Func<ResultRow?, Work, string> cell)
    {
        text.AppendLine($"| system | {string.Join(" | ", columns.Select(work.Heading))} |");
        text.AppendLine($"| --- |{string.Concat(columns.Select(_ => " ---: |"))}");
        foreach (IGrouping<string, ResultRow> line in rows.GroupBy(Figures.NameOf))
        {
            string name = line.First().System == Contestant.ViaductSystem ? $"**{line.Key}**" : line.Key;
            text.AppendLine($"| {name} | {string.Join(" | ", columns.Select(column => cell(line.FirstOrDefault(row => Column(row) == column), work)))} |");
        }
    }

    /// <summary>What the columns of a table differ in: how many calls at a time where that is what is measured, else the message's size.</summary>
    private static int Column(ResultRow row) => row.CallsAtATime ?? row.Size;

    private static string Slowest(ResultRow? row, Work work) =>
        row is { P99: { } usual, P999: { } rare, Max: { } longest }
            ? string.Join(" · ", new[] { usual, rare, longest }.Select(nanoseconds => Figures.Significant(nanoseconds / work.UnitNanoseconds)))
            : "";

    private static string Cell(ResultRow? row, Work work)
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
            ? $"{Figures.Significant(latency / work.UnitNanoseconds)}{comparison}{cpu}{allocated}"
            : row.P50 is { } publishing
                ? $"{Figures.Significant(publishing)} ns{comparison}{cpu}{allocated}"
                : $"{Figures.Significant((row.MessagesPerSecond ?? 0) / 1e6)}{comparison}{cpu}{allocated}";
    }

    /// <summary>What the lines of a table have in common.</summary>
    private readonly record struct Work(string Pattern, string Distance, string Workload, bool Touched, bool Pinned, bool IsShared)
    {
        public string Title => $"{Name}{Where}{(Touched ? "" : ", untouched")}{(Pinned ? "" : ", not pinned")}";

        public string Legend => Workload switch
        {
            "throughput" => $"Million messages/s · share of the limit · processor time of both sides for a message{Memory}.",
            "call" => $"µs a call, there and back · times the limit's round trip · processor time of both sides for a call{MemoryOfCall}.",
            "one-way" => $"Million calls/s · share of the limit · processor time of both sides for a call{MemoryOfCall}.",
            "concurrent" => $"Million calls/s · processor time of both sides for a call{MemoryOfCall}.",
            "bytes" => $"µs to write the bytes, call, and read the answer's · times the limit · processor time of both sides for a call{MemoryOfCall}.",
            "crash" => "ms from the call that kills its process to its answer from another one.",
            "start" => "ms · times the limit.",
            "fan-out" => $"What the publisher spends on a message · the same divided by that for one subscriber · processor time of both sides{Memory}.",
            _ => $"µs one way · times the limit · processor time of both sides for a message{Memory}.",
        };

        /// <summary>What times are given in.</summary>
        public string Unit => UnitNanoseconds == 1e6 ? "ms" : "µs";

        public double UnitNanoseconds => Workload is "crash" or "start" ? 1e6 : 1000;

        /// <summary>Pinned before unpinned, processes before threads before machines, latency before rate.</summary>
        public (bool, int, int, bool, int) Order => (
            !Pinned,
            Pattern == Names.Of(Viaduct.Pattern.ProducerConsumer) ? 0 : Pattern == Names.Of(Viaduct.Pattern.PublishSubscribe) ? 1 : 2,
            Distance == Names.Of(Plan.Distance.Process) ? 0 : Distance == Names.Of(Plan.Distance.Thread) ? 1 : 2,
            !Touched,
            Workload switch { "latency" or "call" => 0, "throughput" or "one-way" => 1, "concurrent" => 3, "bytes" => 4, "crash" => 5, "start" => 6, _ => 2 });

        private static string Memory => " · bytes allocated for a message, where there are any";

        private static string MemoryOfCall => " · bytes allocated for a call, where there are any";

        private string Name => (Pattern, Workload) switch
        {
            (_, "call") => "Remote calls, one at a time",
            (_, "one-way") => "Remote calls without an answer",
            (_, "concurrent") => "Remote calls, many at a time",
            (_, "bytes") => "Remote calls with bytes there and back",
            (_, "crash") => "From a crash to the answer",
            (_, "start") => "The start of a process",
            ("client-server", _) => "Calls",
            (_, "latency") => "Latency",
            (_, "throughput") => IsShared ? "Stream, its ends shared" : "Stream",
            (_, "wake") => "A sleeping receiver is woken",
            _ => "One publisher, several subscribers",
        };

        public string Heading(int column) => Workload switch
        {
            "concurrent" => $"{column} at a time",
            "crash" => "crash to answer",
            "start" => "time",
            _ => Names.OfSize(column),
        };

        private string Where => (Workload, Distance) switch
        {
            ("crash" or "start", _) => "",
            (_, "thread") => ", between two threads",
            (_, "process") => ", between two processes",
            _ => ", over TCP on loopback",
        };
    }
}
