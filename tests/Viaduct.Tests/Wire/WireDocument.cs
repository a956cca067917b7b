using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Viaduct.Tests.Wire;

/// <summary>docs/wire-format.md: its tables and its vectors.</summary>
internal static partial class WireDocument
{
    private static readonly Lazy<string> s_text = new(() => File.ReadAllText(Find()).ReplaceLineEndings("\n"));

    /// <summary>The whole page.</summary>
    internal static string Text => s_text.Value;

    /// <summary>The vectors: the frame's name, the fields one a line, the bytes.</summary>
    internal static IEnumerable<(string Frame, string Fields, byte[] Bytes)> Vectors =>
        from Match block in VectorBlock().Matches(Text)
        let lines = block.Groups["lines"].Value.TrimEnd('\n').Split('\n')
        let fields = lines.Where(static line => !line.StartsWith("hex ", StringComparison.Ordinal))
        let hex = lines.Where(static line => line.StartsWith("hex ", StringComparison.Ordinal)).Select(static line => line[4..])
        select (block.Groups["frame"].Value, string.Join('\n', fields), Bytes(string.Concat(hex)));

    /// <summary>The section under a heading, without its subsections' headings being told apart.</summary>
    internal static string Section(string heading)
    {
        int start = Text.IndexOf($"\n{heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"The page has no section {heading}.");
        int next = Text.IndexOf("\n#", start + heading.Length + 1, StringComparison.Ordinal);
        return Text[start..(next < 0 ? Text.Length : next)];
    }

    /// <summary>The cells of all table rows in a part of the page, without the headings.</summary>
    internal static List<string[]> Rows(string part) =>
        [.. part.Split('\n')
            .Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal))
            .Select(static line => line.Trim('|').Split('|').Select(static cell => cell.Trim().Trim('`')).ToArray())];

    /// <summary>Bytes in hex, with or without spaces.</summary>
    internal static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    [GeneratedRegex("^```vector (?<frame>\\w+)\n(?<lines>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex VectorBlock();

    private static string Find([CallerFilePath] string source = "")
    {
        foreach (string start in (string[])[AppContext.BaseDirectory, Path.GetDirectoryName(source) ?? "", Environment.CurrentDirectory])
        {
            for (DirectoryInfo? directory = new(start); directory is not null; directory = directory.Parent)
            {
                string path = Path.Combine(directory.FullName, "docs", "wire-format.md");
                if (File.Exists(path))
                {
                    return path;
                }
            }
        }

        throw new FileNotFoundException("docs/wire-format.md is not in a folder above the tests.");
    }
}
