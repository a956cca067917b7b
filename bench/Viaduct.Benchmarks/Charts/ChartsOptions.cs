namespace Viaduct.Benchmarks.Charts;

/// <summary>The command line of <c>bench charts</c>.</summary>
/// <param name="File">What <c>--json</c> wrote.</param>
/// <param name="Directory">Where the charts go.</param>
/// <param name="Page">A Markdown page that takes the tables; null = none.</param>
internal sealed record ChartsOptions(string File, string Directory, string? Page)
{
    /// <exception cref="ArgumentException">An argument is unknown or lacks its value, or there is no file.</exception>
    public static ChartsOptions Parse(IReadOnlyList<string> arguments)
    {
        string? file = null;
        string directory = ".";
        string? page = null;
        for (int i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--out":
                    directory = BenchOptions.Value(arguments, ref i);
                    break;
                case "--page":
                    page = BenchOptions.Value(arguments, ref i);
                    break;
                case ['-', ..] unknown:
                    throw new ArgumentException($"unknown argument '{unknown}'");
                case string name when file is null:
                    file = name;
                    break;
                default:
                    throw new ArgumentException("charts takes one file");
            }
        }

        return new ChartsOptions(file ?? throw new ArgumentException("charts needs a file that --json wrote"), directory, page);
    }
}
