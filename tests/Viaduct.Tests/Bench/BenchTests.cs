using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Viaduct.Tests.Cli;

namespace Viaduct.Tests.Bench;

/// <summary>bench/Viaduct.Benchmarks: its command line and what it makes of results. Never a speed.</summary>
public sealed partial class BenchTests : ProgramTests
{
    private const string Program = "Viaduct.Benchmarks";

    [Fact]
    public async Task Help_names_every_option_and_part()
    {
        RunningProgram bench = Start(Program, "--help");
        await bench.SucceedAsync();
        string[] words =
        [
            "--only", "thread", "process", "machine", "calls", "untouched", "wake", "fan-out", "fan-in", "select", "remote", "bytes", "crash", "--size", "--system", "--quick", "--pass", "--warm-up", "--repeat", "--unpinned", "--json",
            "--append", "charts", "micro",
        ];
        Assert.All(words, word => Assert.Contains(word, bench.OutputText));
    }

    [Theory]
    [InlineData("'warp' is none of", "--only", "warp")]
    [InlineData("'many' is no size", "--size", "64,many")]
    [InlineData("'0' is no size", "--size", "0")]
    [InlineData("'soon' is no time", "--pass", "soon")]
    [InlineData("'0' is no time", "--warm-up", "0")]
    [InlineData("'never' is no number", "--repeat", "never")]
    [InlineData("'--json' needs a value", "--json")]
    [InlineData("unknown argument '--fast'", "--fast")]
    [InlineData("is called 'zeromg'; there are limit, viaduct", "--only", "select", "--system", "viaduct,zeromg", "--unpinned")]
    [InlineData("has 100 bytes; there are 8", "--only", "select", "--size", "8,100", "--unpinned")]
    [InlineData("charts needs a file", "charts")]
    [InlineData("'HTTP/2 (Kestrel)' is measured at none of these sizes", "--system", "HTTP/2 (Kestrel)", "--size", "1024", "--unpinned")]
    [InlineData("unknown argument '--in'", "charts", "x.json", "--in")]
    public async Task A_mistake_is_named_and_is_no_measurement(string error, params string[] arguments)
    {
        RunningProgram bench = Start(Program, arguments);
        Assert.Equal(2, await bench.EndAsync());
        Assert.Contains(error, bench.Error);
    }

    [Fact]
    public async Task Charts_are_drawn_from_results_as_well_formed_drawings_of_their_own()
    {
        RunningProgram bench = Start(Program, "charts", Write("results.json", Results()), "--out", "drawn");
        await bench.SucceedAsync();

        string[] files = [.. Directory.EnumerateFiles(Path.Combine(Folder, "drawn")).Select(path => Path.GetFileName(path)!).Order()];
        Assert.Equal(
            ["distances.svg", "fan-out.svg", "latency-by-size.svg", "threads.svg", "throughput-by-size.svg", "untouched-by-size.svg"], files);
        Assert.All(files, file =>
        {
            string text = File.ReadAllText(Path.Combine(Folder, "drawn", file));
            XElement drawing = XElement.Parse(text);
            Assert.Equal("svg", drawing.Name.LocalName);
            Assert.Contains("prefers-color-scheme: dark", text);
            Assert.DoesNotContain("href", text);
            Assert.DoesNotContain("NaN", text);
            Assert.All(Coordinates().Matches(text), match => Assert.InRange(
                double.Parse(match.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture), 0, Extent(drawing, match.Groups[1].Value)));
        });
        string latency = File.ReadAllText(Path.Combine(Folder, "drawn", "latency-by-size.svg"));
        Assert.Contains(">Viaduct, spin<", latency);
        Assert.Contains(">64 KiB<", latency);
    }

    [Fact]
    public async Task Calls_with_bytes_are_measured_with_their_processor_time_and_memory_beside_what_they_are_compared_with()
    {
        RunningProgram bench = Start(
            Program, "--only", "bytes", "--size", "65536", "--system", "viaduct,HTTP/2 (Kestrel)", "--pass", "1", "--warm-up", "1", "--repeat", "1", "--unpinned", "--json", "measured.json");
        await bench.SucceedAsync();

        JsonElement[] rows = [.. File.ReadLines(Path.Combine(Folder, "measured.json")).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(
            ["in one process", "blob", "blob", "blob in place", "span", "span", null], rows.Select(row => row.GetProperty("variant").GetString()));
        Assert.All(rows, row =>
        {
            Assert.Equal("bytes", row.GetProperty("workload").GetString());
            Assert.Equal(65536, row.GetProperty("size").GetInt32());
            foreach (string figure in (string[])["p50_ns", "p99_ns", "p999_ns", "max_ns", "ratio_to_limit", "cpu_ns_per_message"])
            {
                Assert.True(row.GetProperty(figure).GetDouble() > 0, $"{figure} of {row}");
            }

            Assert.Equal(JsonValueKind.Number, row.GetProperty("allocated_bytes_per_message").ValueKind);
        });
    }

    [Fact]
    public async Task A_crash_is_measured_until_the_answer_with_and_without_a_standby()
    {
        RunningProgram bench = Start(
            Program, "--only", "crash", "--system", "viaduct", "--pass", "1", "--repeat", "1", "--json", "measured.json");
        await bench.SucceedAsync();

        Dictionary<string, double> times = File.ReadLines(Path.Combine(Folder, "measured.json"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(row => row.GetProperty("workload").GetString() == "crash")
            .ToDictionary(row => row.GetProperty("variant").GetString()!, row => row.GetProperty("p50_ns").GetDouble());
        Assert.All((string[])["standby", "no standby"], variant => Assert.True(times[variant] > 0));
    }

    [Fact]
    public async Task Figures_of_calls_have_charts_and_a_place_in_the_page_of_their_own()
    {
        string page = Write(
            "page.md",
            ["<!-- figures -->", "messages", "<!-- end of figures -->", "<!-- figures of remote calls -->", "old", "<!-- end of figures of remote calls -->"]);
        string file = Write(
            "results.json",
            [
                Row("limit", "process", "call", 8, p50: 100),
                Row("viaduct", "process", "call", 8, p50: 250),
                Row("viaduct", "process", "one-way", 8, rate: 1e7),
                Row("viaduct", "process", "concurrent", 8, rate: 2e6, calls: 16),
                Row("viaduct", "process", "concurrent", 8, rate: 3e6, calls: 64),
                Row("viaduct", "process", "bytes", 65536, p50: 5000),
                Row("viaduct", "process", "bytes", 1 << 20, p50: 50_000),
                Row("viaduct", "process", "crash", 0, p50: 800_000),
                Row("limit", "process", "start", 0, p50: 40_000_000),
            ]);
        RunningProgram bench = Start(Program, "charts", file, "--out", "drawn", "--page", page);
        await bench.SucceedAsync();

        Assert.Equal(
            ["crash.svg", "remote-bytes.svg", "remote-calls.svg", "remote-concurrent.svg"],
            Directory.EnumerateFiles(Path.Combine(Folder, "drawn")).Select(path => Path.GetFileName(path)!).Order());
        string text = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        Assert.StartsWith("<!-- figures -->\nmessages\n<!-- end of figures -->\n", text);
        Assert.DoesNotContain("old", text);
        Assert.Contains("| **Viaduct, spin** | 0.250 · 2.00 · 0.050 µs |", text);
        Assert.Contains("| system | 16 at a time | 64 at a time |", text);
        Assert.Contains("| **Viaduct, spin** | 2.00 · 2.00 · 0.050 µs | 3.00 · 2.00 · 0.050 µs |", text);
        Assert.Contains("| limit, spin | 40.0 · 2.00 · 0.050 µs |", text);
    }

    [Fact]
    public async Task A_chart_without_figures_is_left_out()
    {
        string file = Write("results.json", [Row("viaduct", "process", "latency", 64, p50: 100)]);
        RunningProgram bench = Start(Program, "charts", file, "--out", "drawn");
        await bench.SucceedAsync();
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Folder, "drawn")));
    }

    [Fact]
    public async Task Tables_replace_what_stands_between_the_marks_of_a_page_and_the_last_line_for_the_same_work_counts()
    {
        string page = Write("page.md", ["before", "<!-- figures -->", "old", "<!-- end of figures -->", "after"]);
        string file = Write("results.json",
        [
            Row("viaduct", "process", "latency", 64, p50: 999_000),
            Row("viaduct", "process", "latency", 64, p50: 125),
            Row("ZeroMQ ipc", "process", "throughput", 1024, rate: 2_500_000),
        ]);
        RunningProgram bench = Start(Program, "charts", file, "--out", "drawn", "--page", page);
        await bench.SucceedAsync();

        string text = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        Assert.StartsWith("before\n<!-- figures -->\n", text);
        Assert.EndsWith("<!-- end of figures -->\nafter\n", text);
        Assert.DoesNotContain("old", text);
        Assert.Contains("| **Viaduct, spin** | 0.125 · 2.00 · 0.050 µs |", text);
        Assert.Contains("| ZeroMQ ipc, spin | 2.50 · 2.00 · 0.050 µs |", text);
    }

    [Fact]
    public async Task Shared_ends_what_was_not_pinned_and_micro_benchmarks_have_places_in_the_page_of_their_own()
    {
        string[] places = ["figures", "figures of shared ends", "figures without pinning", "figures of micro-benchmarks"];
        string page = Write("page.md", places.SelectMany(static place => new[] { $"<!-- {place} -->", $"<!-- end of {place} -->" }));
        string micro = Row("viaduct", "thread", "micro", 0, p50: 41.5).Replace("\"variant\":null", "\"variant\":\"Await.SendThenReceive\"", StringComparison.Ordinal);
        string file = Write("results.json",
        [
            Row("viaduct", "process", "throughput", 64, rate: 60_000_000),
            Row("viaduct", "process", "throughput", 8, rate: 40_000_000).Replace("\"variant\":null", "\"sharing\":4,\"variant\":\"4 producers\"", StringComparison.Ordinal),
            Row("viaduct", "process", "throughput", 64, rate: 50_000_000).Replace("\"pinned\":true", "\"pinned\":false", StringComparison.Ordinal),
            micro,
            micro.Replace("thread", "process", StringComparison.Ordinal).Replace("41.5", "62.5", StringComparison.Ordinal).Replace("message\":0.1", "message\":24", StringComparison.Ordinal),
        ]);
        RunningProgram bench = Start(Program, "charts", file, "--out", "drawn", "--page", page);
        await bench.SucceedAsync();

        string text = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        string[] expected = ["| **Viaduct, spin** | 60.0 ·", "| **Viaduct, 4 producers, spin** | 40.0 ·", "| **Viaduct, spin** | 50.0 ·", "| Await.SendThenReceive | 41.5 | 62.5 · 24.0 B |"];
        for (int i = 0; i < places.Length; i++)
        {
            int begin = text.IndexOf($"<!-- {places[i]} -->", StringComparison.Ordinal);
            int end = text.IndexOf($"<!-- end of {places[i]} -->", StringComparison.Ordinal);
            Assert.Contains(expected[i], text[begin..end]);
            Assert.Equal(1, text[begin..end].Split("| --- |").Length - 1);
        }
    }

    [Theory]
    [InlineData("no results", "results.json:1 is no line of results")]
    [InlineData("{}", "results.json:1 is no line of results")]
    public async Task A_file_that_holds_something_else_is_an_error(string content, string error)
    {
        RunningProgram bench = Start(Program, "charts", Write("results.json", [content]));
        Assert.Equal(1, await bench.EndAsync());
        Assert.Contains(error, bench.Error);
    }

    private static double Extent(XElement drawing, string name) =>
        double.Parse(drawing.Attribute(name is "x" or "x1" or "x2" ? "width" : "height")!.Value, System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<string> Results()
    {
        foreach (string system in (string[])["limit", "viaduct", "iceoryx", "OpenMPI", "ZeroMQ ipc"])
        {
            foreach (int size in (int[])[8, 64, 65536])
            {
                yield return Row(system, "process", "latency", size, p50: 40 + size);
                yield return Row(system, "process", "throughput", size, rate: 1e9 / (10 + size));
                yield return Row(system, "process", "latency", size, p50: 80, touched: false);
            }

            yield return Row(system, "thread", "latency", 64, p50: 50);
            yield return Row(system, "thread", "throughput", 64, rate: 2e7);
        }

        foreach (int subscribers in (int[])[1, 8])
        {
            yield return Row("viaduct", "thread", "fan-out", 64, p50: 14, rate: 1e6, subscribers: subscribers);
        }
    }

    // One line as "--json" writes it; the names are what scripts read.
    private static string Row(
        string system, string distance, string workload, int size, double? p50 = null, double? rate = null, bool touched = true, int? subscribers = null, int? calls = null)
    {
        string variant = subscribers is null ? "null" : $"\"{subscribers} subscribers\"";
        string pattern = subscribers is null ? "producer-consumer" : "publish-subscribe";
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $$"""
            {"system":"{{system}}","variant":{{variant}},"distance":"{{distance}}","pattern":"{{pattern}}","workload":"{{workload}}","size":{{size}},"wait":"spin","touched":{{(touched ? "true" : "false")}},"pinned":true,"subscribers":{{Text(subscribers)}},"p50_ns":{{Text(p50)}},"p99_ns":{{Text(p50)}},"p999_ns":{{Text(p50)}},"max_ns":{{Text(p50)}},"messages_per_second":{{Text(rate)}},"bytes_per_second":{{Text(rate * size)}},"ratio_to_limit":2,"ratio_to_one_subscriber":null,"cpu_ns_per_message":50,"allocated_bytes_per_message":0.1{{(calls is null ? "" : $",\"calls_at_a_time\":{calls}")}}}
            """);
    }

    private static string Text(double? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null";

    private string Write(string name, IEnumerable<string> lines)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, string.Concat(lines.Select(line => line + "\n")));
        return path;
    }

    [GeneratedRegex(" (x|y|x1|x2|y1|y2)=\"([^\"]+)\"")]
    private static partial Regex Coordinates();
}
