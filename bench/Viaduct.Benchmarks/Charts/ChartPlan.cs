using System.Globalization;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Report;
using Viaduct.Benchmarks.Systems;

namespace Viaduct.Benchmarks.Charts;

/// <summary>Which charts there are. One that nothing was measured for is left out.</summary>
internal static class ChartPlan
{
    /// <summary>Peers with a line of their own: enough to see where the field is, few enough to tell apart.</summary>
    private static readonly string[] s_processPeers =
    [
        "OpenMPI", "iceoryx", ".NET memory-mapped file", "pipe (C)", "Unix socket (C)", "ZeroMQ ipc", "nng ipc", "Cyclone DDS", ".NET Unix socket",
    ];

    public static IEnumerable<(string File, string Svg)> Draw(ResultFile results)
    {
        ResultRow[] pinned = [.. results.Rows.Where(row => row.Pinned)];
        ResultRow[] processes = [.. pinned.Where(row => row.Distance == Names.Of(Distance.Process)
            && row.Pattern == Names.Of(Pattern.ProducerConsumer))];
        (string, string?)[] charts =
        [
            ("latency-by-size.svg", BySize(
                processes.Where(row => row.Touched && row.Workload == Names.Of(Workload.Latency) && IsDrawn(row)),
                "Between two processes: latency by message size",
                "µs one way (half a round trip), every cache line touched; lower is better",
                row => row.P50 / 1000)),
            ("throughput-by-size.svg", BySize(
                processes.Where(row => row.Touched && row.Workload == Names.Of(Workload.Throughput) && IsDrawn(row)),
                "Between two processes: stream by message size",
                "MB/s, every byte written anew and every cache line touched; higher is better",
                row => row.BytesPerSecond / 1e6)),
            ("untouched-by-size.svg", BySize(
                processes.Where(row => !row.Touched && row.Workload == Names.Of(Workload.Latency)),
                "Between two processes: latency of messages handed over and not looked at",
                "µs one way (half a round trip), one word written and read of each message; lower is better",
                row => row.P50 / 1000)),
            ("threads.svg", Threads([.. pinned.Where(row => row.Distance == Names.Of(Distance.Thread)
                && row.Pattern == Names.Of(Pattern.ProducerConsumer) && row.Size == 64)])),
            ("distances.svg", Distances([.. pinned.Where(row => row.Size == 64 && row.Touched
                && row.Workload == Names.Of(Workload.Latency) && row.Pattern == Names.Of(Pattern.ProducerConsumer))])),
            ("fan-out.svg", FanOut(pinned.Where(row => row.Workload == Names.Of(Workload.FanOut)))),
            .. CallCharts.Draw(pinned.Where(row => row.IsOfCalls)),
        ];
        return charts.Where(chart => chart.Item2 is not null).Select(chart => (chart.Item1, chart.Item2!));
    }

    private static bool IsDrawn(ResultRow row) => Figures.KindOf(row) switch
    {
        SeriesKind.Limit => row.Wait == Names.Of(WaitKind.Spin),
        SeriesKind.Own => row.Variant is null or ViaductSystem.LoanName,
        _ => s_processPeers.Contains(row.System) && (row.System != ".NET Unix socket" || row.Wait == Names.Of(WaitKind.Async)),
    };

    private static string? BySize(IEnumerable<ResultRow> rows, string title, string note, Func<ResultRow, double?> value)
    {
        // A message of 64 KiB can't be drawn beside one of 8 B unless both axes are logarithmic.
        List<Series> series = [];
        foreach (IGrouping<(string Name, SeriesKind Kind), ResultRow> line in rows.GroupBy(row => (Figures.NameOf(row), Figures.KindOf(row))))
        {
            (double X, double Y)[] points =
                [.. line.Where(row => value(row) > 0).OrderBy(row => row.Size).Select(row => ((double)row.Size, value(row)!.Value))];
            if (points.Length > 0)
            {
                series.Add(new Series(line.Key.Name, line.Key.Kind, points));
            }
        }

        double[] sizes = [.. series.SelectMany(one => one.Points).Select(point => point.X).Distinct().Order()];
        return sizes.Length < 2
            ? null
            : new LineChart(title, note, [.. sizes.Select(size => (size, Names.OfSize((int)size)))], series).Draw();
    }

    private static string? Threads(ResultRow[] rows)
    {
        BarGroup[] groups =
        [
            Group("Latency, ns one way (lower is better)", rows.Where(row => row.P50 > 0 && row.Workload == Names.Of(Workload.Latency)), row => row.P50!.Value),
            Group(
                "Stream, million messages/s (higher is better)",
                rows.Where(row => row.MessagesPerSecond > 0 && row.Workload == Names.Of(Workload.Throughput)),
                row => row.MessagesPerSecond!.Value / 1e6),
        ];
        return groups.Any(group => group.Bars.Count == 0)
            ? null
            : new BarChart("Between two threads: 64 B messages", "Logarithmic scales", groups).Draw();
    }

    private static string? Distances(ResultRow[] rows)
    {
        BarGroup[] groups =
        [
            .. Enum.GetValues<Distance>()
                .Select(distance => Group(
                    Names.Of(distance),
                    rows.Where(row => row.Distance == Names.Of(distance) && Figures.KindOf(row) != SeriesKind.Peer && row.Variant is null && row.P50 > 0),
                    row => row.P50!.Value / 1000))
                .Where(group => group.Bars.Count > 0),
        ];
        return groups.Length < 2
            ? null
            : new BarChart("Viaduct at each distance: latency of 64 B", "µs one way (half a round trip); logarithmic scales; lower is better", groups).Draw();
    }

    private static BarGroup Group(string name, IEnumerable<ResultRow> rows, Func<ResultRow, double> value) =>
        new(name, [.. rows.Select(row => new Bar(Figures.NameOf(row), Figures.KindOf(row), value(row)))]);

    private static string? FanOut(IEnumerable<ResultRow> rows)
    {
        Series[] series =
        [
            .. rows.Where(row => row.P50 > 0 && row.Subscribers is not null).GroupBy(row => row.Distance).Select(distance => new Series(
                distance.Key == Names.Of(Distance.Thread) ? "between threads" : "between processes",
                SeriesKind.Own,
                [.. distance.OrderBy(row => row.Subscribers).Select(row => ((double)row.Subscribers!.Value, row.P50!.Value))])),
        ];
        double[] counts = [.. series.SelectMany(one => one.Points).Select(point => point.X).Distinct().Order()];
        return counts.Length < 2
            ? null
            : new LineChart(
                "One publisher, several subscribers",
                "ns that the publisher spends on a message of 64 B, by number of subscribers; lower is better",
                [.. counts.Select(count => (count, count.ToString(CultureInfo.InvariantCulture)))],
                series,
                FromZero: true).Draw();
    }
}
