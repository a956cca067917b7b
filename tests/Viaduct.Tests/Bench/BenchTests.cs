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
            "--only", "thread", "process", "machine", "calls", "untouched", "wake", "fan-out", "select", "--size", "--system", "--quick", "--pass", "--repeat", "--unpinned", "--json",
            "--append", "charts", "micro",
        ];
        Assert.All(words, word => Assert.Contains(word, bench.OutputText));
    }

    [Theory]
    [InlineData("'warp' is none of", "--only", "warp")]
    [InlineData("'many' is no size", "--size", "64,many")]
    [InlineData("'0' is no size", "--size", "0")]
    [InlineData("'soon' is no time", "--pass", "soon")]
    [InlineData("'never' is no number", "--repeat", "never")]
    [InlineData("'--json' needs a value", "--json")]
    [InlineData("unknown argument '--fast'", "--fast")]
    [InlineData("charts needs a file", "charts")]
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
        string system, string distance, string workload, int size, double? p50 = null, double? rate = null, bool touched = true, int? subscribers = null)
    {
        string variant = subscribers is null ? "null" : $"\"{subscribers} subscribers\"";
        string pattern = subscribers is null ? "producer-consumer" : "publish-subscribe";
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $$"""
            {"system":"{{system}}","variant":{{variant}},"distance":"{{distance}}","pattern":"{{pattern}}","workload":"{{workload}}","size":{{size}},"wait":"spin","touched":{{(touched ? "true" : "false")}},"pinned":true,"subscribers":{{Text(subscribers)}},"p50_ns":{{Text(p50)}},"p99_ns":{{Text(p50)}},"p999_ns":{{Text(p50)}},"max_ns":{{Text(p50)}},"messages_per_second":{{Text(rate)}},"bytes_per_second":{{Text(rate * size)}},"ratio_to_limit":2,"ratio_to_one_subscriber":null,"cpu_ns_per_message":50,"allocated_bytes_per_message":0.1}
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
