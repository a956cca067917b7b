using System.Globalization;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Report;

namespace Viaduct.Benchmarks.Charts;

/// <summary>The charts of remote calls. One that nothing was measured for is null.</summary>
internal static class CallCharts
{
    public static (string File, string? Svg)[] Draw(IEnumerable<ResultRow> results)
    {
        ResultRow[] rows = [.. results];
        return
        [
            ("remote-calls.svg", Bars(
                "Remote calls between two processes: int Add(int, int)",
                "Logarithmic scales",
                Group(rows, Workload.Call, "One at a time, µs there and back (lower is better)", row => row.P50 / 1000),
                Group(rows, Workload.OneWay, "Without an answer, million calls/s (higher is better)", row => row.MessagesPerSecond / 1e6))),
            ("remote-concurrent.svg", Lines(
                rows.Where(row => row.Workload == Names.Of(Workload.Concurrent) && row.CallsAtATime is not null),
                "Remote calls between two processes, many at a time",
                "Million calls/s, by how many are awaited at once; higher is better",
                row => row.CallsAtATime!.Value,
                count => count.ToString(CultureInfo.InvariantCulture),
                row => row.MessagesPerSecond / 1e6)),
            ("remote-bytes.svg", Lines(
                rows.Where(row => row.Workload == Names.Of(Workload.Bytes)),
                "Remote calls with bytes there and back",
                "µs to write them, call, and read the answer's; lower is better",
                row => row.Size,
                Names.OfSize,
                row => row.P50 / 1000)),
            ("crash.svg", Bars(
                "From a crash to the answer of the call that was made again",
                "ms; logarithmic scales; lower is better",
                Group(rows, Workload.Crash, "A call that kills its process", row => row.P50 / 1e6),
                Group(rows, Workload.Start, "A new process, beside one that writes a line and ends", row => row.P50 / 1e6))),
        ];
    }

    private static BarGroup Group(IEnumerable<ResultRow> rows, Workload workload, string name, Func<ResultRow, double?> value) => new(
        name,
        [.. rows.Where(row => row.Workload == Names.Of(workload) && value(row) > 0).Select(row => new Bar(Figures.NameOf(row), Figures.KindOf(row), value(row)!.Value))]);

    private static string? Bars(string title, string note, params BarGroup[] groups) =>
        Array.Exists(groups, group => group.Bars.Count == 0) ? null : new BarChart(title, note, groups).Draw();

    private static string? Lines(
        IEnumerable<ResultRow> rows, string title, string note, Func<ResultRow, int> column, Func<int, string> label, Func<ResultRow, double?> value)
    {
        Series[] series =
        [
            .. rows.Where(row => value(row) > 0).GroupBy(row => (Name: Figures.NameOf(row), Kind: Figures.KindOf(row))).Select(line => new Series(
                line.Key.Name, line.Key.Kind, [.. line.OrderBy(column).Select(row => ((double)column(row), value(row)!.Value))])),
        ];
        double[] columns = [.. series.SelectMany(one => one.Points).Select(point => point.X).Distinct().Order()];
        return columns.Length < 2 ? null : new LineChart(title, note, [.. columns.Select(one => (one, label((int)one)))], series).Draw();
    }
}
