namespace Viaduct.Benchmarks.Charts;

/// <summary>Replaces the tables of a page, and leaves the rest of it alone.</summary>
internal static class FiguresPage
{
    public const string Begin = "<!-- figures -->";
    public const string End = "<!-- end of figures -->";

    /// <exception cref="InvalidDataException">The page has no place for them.</exception>
    public static void Update(string path, string tables)
    {
        string page = File.ReadAllText(path);
        int begin = page.IndexOf(Begin, StringComparison.Ordinal);
        int end = page.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            throw new InvalidDataException($"{path} has no lines '{Begin}' and '{End}'");
        }

        File.WriteAllText(path, $"{page[..(begin + Begin.Length)]}\n\n{tables.Trim()}\n\n{page[end..]}");
    }
}
