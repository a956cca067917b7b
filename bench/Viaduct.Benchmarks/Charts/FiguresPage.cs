namespace Viaduct.Benchmarks.Charts;

/// <summary>Replaces the tables of a page, and leaves the rest of it alone.</summary>
internal static class FiguresPage
{
    /// <summary>What the tables of messages are called in the page's marks.</summary>
    public const string OfMessages = "figures";

    /// <summary>What the tables of remote calls are called there.</summary>
    public const string OfCalls = "figures of remote calls";

    /// <summary>What the tables of channels are called whose ends are shared.</summary>
    public const string OfSharing = "figures of shared ends";

    /// <summary>What the tables of messages are called that nobody was pinned for.</summary>
    public const string OfUnpinned = "figures without pinning";

    /// <summary>What the table of the micro-benchmarks is called.</summary>
    public const string OfMicro = "figures of micro-benchmarks";

    /// <exception cref="InvalidDataException">The page has no place for them.</exception>
    public static void Update(string path, string figures, string tables)
    {
        string beginMark = $"<!-- {figures} -->";
        string endMark = $"<!-- end of {figures} -->";
        string page = File.ReadAllText(path);
        int begin = page.IndexOf(beginMark, StringComparison.Ordinal);
        int end = page.IndexOf(endMark, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            throw new InvalidDataException($"{path} has no lines '{beginMark}' and '{endMark}'");
        }

        File.WriteAllText(path, $"{page[..(begin + beginMark.Length)]}\n\n{tables.Trim()}\n\n{page[end..]}");
    }
}
