namespace Viaduct.Cli.Output;

/// <summary>A table of words in columns as wide as they need to be, two spaces apart. Not thread-safe.</summary>
internal sealed class Table
{
    private readonly string[] _heads;

    /// <summary>Columns whose words stand at the right, as numbers do.</summary>
    private readonly bool[] _right;

    private readonly List<string[]> _rows = [];

    /// <summary>Makes a table.</summary>
    /// <param name="heads">The heads; one that begins with &gt; makes a column of numbers.</param>
    public Table(params string[] heads)
    {
        _heads = [.. heads.Select(head => head.TrimStart('>'))];
        _right = [.. heads.Select(head => head.StartsWith('>'))];
    }

    /// <summary>Adds a row.</summary>
    /// <param name="cells">A word a column.</param>
    public void Add(params string[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, _heads.Length);
        _rows.Add(cells);
    }

    /// <summary>Writes the table.</summary>
    /// <param name="output">Where to.</param>
    public void Write(TextWriter output)
    {
        int[] widths = [.. _heads.Select((head, column) => _rows.Append(_heads).Max(row => row[column].Length))];
        foreach (string[] row in _rows.Prepend(_heads))
        {
            IEnumerable<string> cells = row.Select(
                (cell, column) => _right[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }
}
