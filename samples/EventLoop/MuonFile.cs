using System.Globalization;

namespace EventLoop;

/// <summary>Reads pairs from a CSV file with the columns pt1, eta1, phi1, pt2, eta2, phi2, in any order and among others.</summary>
internal static class MuonFile
{
    private static readonly string[] s_columns = ["pt1", "eta1", "phi1", "pt2", "eta2", "phi2"];

    public static IEnumerable<MuonPair> Read(string path)
    {
        using StreamReader reader = new(path);
        string[] head = (reader.ReadLine() ?? "").Split(',');
        int[] places = [.. s_columns.Select(name => Array.IndexOf(head, name))];
        if (Array.IndexOf(places, -1) is >= 0 and int missing)
        {
            throw new InvalidDataException($"{path} has no column '{s_columns[missing]}'.");
        }

        for (int number = 0; reader.ReadLine() is { Length: > 0 } line; number++)
        {
            string[] cells = line.Split(',');
            double Cell(int column) =>
                places[column] < cells.Length && double.TryParse(cells[places[column]], CultureInfo.InvariantCulture, out double value)
                    ? value
                    : throw new InvalidDataException($"{path}, line {number + 2}: no number in the column '{s_columns[column]}'.");
            yield return new MuonPair(number, Cell(0), Cell(1), Cell(2), Cell(3), Cell(4), Cell(5));
        }
    }
}
