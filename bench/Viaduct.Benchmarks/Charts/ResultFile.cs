using System.Text.Json;
using Viaduct.Benchmarks.Report;

namespace Viaduct.Benchmarks.Charts;

/// <summary>The lines that <c>--json</c> wrote. Of lines that measure the same the last one counts.</summary>
internal sealed class ResultFile
{
    private ResultFile(IReadOnlyList<ResultRow> rows)
    {
        Rows = rows;
    }

    public IReadOnlyList<ResultRow> Rows { get; }

    /// <exception cref="InvalidDataException">A line is not what <c>--json</c> writes.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static ResultFile Read(string path)
    {
        var rows = new Dictionary<object, ResultRow>();
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            ResultRow row;
            try
            {
                row = JsonSerializer.Deserialize(line, BenchJson.Default.ResultRow) ?? throw new JsonException("null");
            }
            catch (JsonException error)
            {
                throw new InvalidDataException($"{path}:{number} is no line of results: {error.Message}");
            }

            rows[(row.System, row.Variant, row.Distance, row.Pattern, (row.Workload, row.Size, row.Wait, row.Touched, row.Pinned, row.CallsAtATime))] = row;
        }

        return new ResultFile([.. rows.Values]);
    }
}
