using System.Globalization;

namespace Viaduct.Benchmarks;

/// <summary>The command line of the bench.</summary>
/// <param name="Only">Which part to run; null = all.</param>
/// <param name="Sizes">Which message sizes to run, in bytes; null = all.</param>
/// <param name="Systems">Which systems to run beside the limits; null = all.</param>
/// <param name="Quick">Fewer contestants and shorter passes: everything within two minutes.</param>
/// <param name="Pass">How long one repetition takes; null = as the pace says.</param>
/// <param name="WarmUp">How long each runs before it counts; null = as the pace says.</param>
/// <param name="Repetitions">How often; null = as the pace says.</param>
/// <param name="Pinned">Whether each side is kept on a core of its own.</param>
/// <param name="JsonFile">Where to write one JSON object a line.</param>
/// <param name="Append">Whether the file's lines stay and the new ones are added.</param>
/// <param name="Help">Print the usage and end.</param>
internal sealed record BenchOptions(
    Part? Only, IReadOnlyList<int>? Sizes, IReadOnlyList<string>? Systems, bool Quick, TimeSpan? Pass, TimeSpan? WarmUp, int? Repetitions, bool Pinned, string? JsonFile, bool Append, bool Help)
{
    /// <summary>Runs the micro-benchmarks instead; BenchmarkDotNet reads the rest of the line.</summary>
    public const string MicroVerb = "micro";

    /// <summary>Draws charts from what <c>--json</c> wrote.</summary>
    public const string ChartsVerb = "charts";

    public const string Usage = """
        usage: bench [--only PART] [--size BYTES,...] [--system NAME,...] [--quick] [--pass MS] [--warm-up MS] [--repeat N] [--unpinned]
                     [--json FILE [--append]]
               bench charts FILE [--out DIRECTORY] [--page FILE]
               bench micro [--json FILE] [BenchmarkDotNet's arguments, such as --filter '*']

        Measures Viaduct beside its peers and beside what the machine can do at best, pinned to two cores.

          --only PART   thread: between two threads; process: between two processes; machine: over TCP (loopback);
                        calls: request and reply at each distance; untouched: messages that are handed over and not looked at;
                        wake: to a receiver that sleeps; fan-out: one publisher, several subscribers;
                        fan-in: several producers, consumers, or threads at one channel;
                        select: receiving from whichever of four channels is ready;
                        remote: calls of a service, one and many at a time; bytes: calls that take bytes there and back;
                        crash: calls that kill their process, and the start of the next one.
                        Everything when left out.
          --size BYTES  only messages of these sizes, such as 64,65536
          --system NAME only these systems, such as viaduct,iceoryx, and the limits
          --quick       shorter passes, fewer peers and sizes: everything within two minutes
          --pass MS     how long one repetition takes: 100 by default, 25 with --quick
          --warm-up MS  how long each runs before it counts: 700 by default, 300 with --quick
          --repeat N    how often each is measured: 5 times by default
          --unpinned    leaves it to the scheduler where each side runs
          --json FILE   also writes the results as JSON, one object a line; --append keeps the lines that are there
          --help        this text

        charts draws SVG files from such a file into DIRECTORY (the current one by default), and writes the tables into a page,
        between its lines "<!-- figures -->" and "<!-- end of figures -->", those of remote calls between "<!-- figures of remote calls -->"
        and "<!-- end of figures of remote calls -->"; likewise "figures of shared ends" (fan-in), "figures without pinning", and
        "figures of micro-benchmarks", to which micro adds its results. What the file has no results of stays as it is.

        Needs two cores. Without a C compiler the limits and the C peers are named as missing, and no ratio is printed.
        How to read the figures: bench/README.md.
        """;

    /// <exception cref="ArgumentException">An argument is unknown or lacks its value.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchOptions(null, null, null, false, null, null, null, true, null, false, false);
        for (int i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--only" => options with { Only = ParsePart(Value(arguments, ref i)) },
                "--size" => options with { Sizes = ParseSizes(Value(arguments, ref i)) },
                "--system" => options with { Systems = Value(arguments, ref i).Split(',') },
                "--quick" => options with { Quick = true },
                "--pass" => options with { Pass = ParsePass(Value(arguments, ref i)) },
                "--warm-up" => options with { WarmUp = ParsePass(Value(arguments, ref i)) },
                "--repeat" => options with { Repetitions = ParseRepetitions(Value(arguments, ref i)) },
                "--unpinned" => options with { Pinned = false },
                "--json" => options with { JsonFile = Value(arguments, ref i) },
                "--append" => options with { Append = true },
                "--help" or "-h" or "-?" => options with { Help = true },
                _ => throw new ArgumentException($"unknown argument '{arguments[i]}'"),
            };
        }

        return options;
    }

    /// <summary>The argument behind another.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static string Value(IReadOnlyList<string> arguments, ref int index) =>
        ++index < arguments.Count
            ? arguments[index]
            : throw new ArgumentException($"'{arguments[index - 1]}' needs a value");

    private static Part ParsePart(string text) => text switch
    {
        "thread" => Part.Thread,
        "process" => Part.Process,
        "machine" => Part.Machine,
        "calls" => Part.Calls,
        "untouched" => Part.Untouched,
        "wake" => Part.Wake,
        "fan-out" => Part.FanOut,
        "fan-in" => Part.FanIn,
        "select" => Part.Select,
        "remote" => Part.Remote,
        "bytes" => Part.Bytes,
        "crash" => Part.Crash,
        _ => throw new ArgumentException($"'{text}' is none of thread, process, machine, calls, untouched, wake, fan-out, fan-in, select, remote, bytes, crash"),
    };

    private static TimeSpan ParsePass(string text) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out int milliseconds) && milliseconds is > 0 and <= 10_000
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new ArgumentException($"'{text}' is no time from 1 to 10000 ms");

    private static int ParseRepetitions(string text) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out int times) && times is > 0 and <= 1000
            ? times
            : throw new ArgumentException($"'{text}' is no number from 1 to 1000");

    private static int[] ParseSizes(string text) =>
    [
        .. text.Split(',').Select(size => int.TryParse(size, CultureInfo.InvariantCulture, out int bytes) && bytes > 0
            ? bytes
            : throw new ArgumentException($"'{size}' is no size in bytes")),
    ];
}
