namespace Viaduct.Benchmarks;

/// <summary>The command line of the bench.</summary>
/// <param name="Only">Which part to run; null = all.</param>
/// <param name="Quick">Fewer contestants and shorter passes: everything within two minutes.</param>
/// <param name="JsonFile">Where to write one JSON object a line.</param>
/// <param name="Help">Print the usage and end.</param>
internal sealed record BenchOptions(Part? Only, bool Quick, string? JsonFile, bool Help)
{
    /// <summary>Runs the micro-benchmarks instead; BenchmarkDotNet reads the rest of the line.</summary>
    public const string MicroVerb = "micro";

    public const string Usage = """
        usage: bench [--only thread|process|machine|calls] [--quick] [--json FILE] [--help]
               bench micro [BenchmarkDotNet's arguments, such as --filter '*']

        Measures Viaduct beside its peers and beside what the machine can do at best, pinned to two cores.

          --only PART   thread: between two threads; process: between two processes; machine: over TCP (loopback);
                        calls: request and reply at each distance. Everything when left out.
          --quick       shorter passes, fewer peers and sizes: everything within two minutes
          --json FILE   also writes the results as JSON, one object a line
          --help        this text

        Needs two cores. Without a C compiler the limits and the C peers are named as missing, and no ratio is printed.
        How to read the figures: bench/README.md.
        """;

    /// <exception cref="ArgumentException">An argument is unknown or lacks its value.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchOptions(null, false, null, false);
        for (int i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--only" => options with { Only = ParsePart(Value(arguments, ref i)) },
                "--quick" => options with { Quick = true },
                "--json" => options with { JsonFile = Value(arguments, ref i) },
                "--help" or "-h" or "-?" => options with { Help = true },
                _ => throw new ArgumentException($"unknown argument '{arguments[i]}'"),
            };
        }

        return options;
    }

    private static string Value(IReadOnlyList<string> arguments, ref int index) =>
        ++index < arguments.Count
            ? arguments[index]
            : throw new ArgumentException($"'{arguments[index - 1]}' needs a value");

    private static Part ParsePart(string text) => text switch
    {
        "thread" => Part.Thread,
        "process" => Part.Process,
        "machine" => Part.Machine,
        "calls" => Part.Calls,
        _ => throw new ArgumentException($"'{text}' is none of thread, process, machine, calls"),
    };
}
