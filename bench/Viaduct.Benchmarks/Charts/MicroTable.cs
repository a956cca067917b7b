using System.Text;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Report;

namespace Viaduct.Benchmarks.Charts;

/// <summary>What the micro-benchmarks found, as a table of a Markdown page: a line an operation, a column a distance.</summary>
internal static class MicroTable
{
    private static readonly (string Distance, string Title)[] s_columns =
        [(Names.Of(Distance.Thread), "within a process"), (Names.Of(Distance.Process), "through shared memory")];

    public static string Write(IEnumerable<ResultRow> rows)
    {
        StringBuilder text = new();
        text.AppendLine("ns an operation · bytes allocated for it, where there are any.").AppendLine();
        text.AppendLine($"| operation | {string.Join(" | ", s_columns.Select(static column => column.Title))} |");
        text.AppendLine($"| --- |{string.Concat(s_columns.Select(static _ => " ---: |"))}");
        foreach (IGrouping<string?, ResultRow> line in rows.GroupBy(static row => row.Variant))
        {
            text.AppendLine($"| {line.Key} | {string.Join(" | ", s_columns.Select(column => Cell(line.FirstOrDefault(row => row.Distance == column.Distance))))} |");
        }

        return text.ToString();
    }

    private static string Cell(ResultRow? row)
    {
        string allocated = row?.AllocatedBytesPerMessage is >= 1 and { } bytes ? $" · {Figures.Significant(bytes)} B" : "";
        return row?.P50 is { } time ? Figures.Significant(time) + allocated : "";
    }
}
