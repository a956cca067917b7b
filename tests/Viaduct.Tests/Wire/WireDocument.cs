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
    internal static IEnumerable<(string Frame, string Fields, byte[] Bytes)> Vectors => Read(Text);

    /// <summary>The vectors under a heading of the third level.</summary>
    internal static IEnumerable<(string Frame, string Fields, byte[] Bytes)> VectorsIn(string heading) => Read(Chapter(heading));

    /// <summary>The exchanges under a heading of the third level: the frames of calls under each heading of the fourth, with whether the caller sent them.</summary>
    internal static IEnumerable<(string Title, List<(bool IsCaller, byte[] Bytes)> Frames)> Exchanges(string heading) =>
        from string part in Chapter(heading).Split("\n#### ").Skip(1)
        select (part.Split('\n')[0], FrameBlock().Matches(part).Select(static block => (block.Groups["from"].Value == "caller", Reading(block.Groups["lines"].Value))).ToList());

    private static IEnumerable<(string Frame, string Fields, byte[] Bytes)> Read(string part) =>
        from Match block in VectorBlock().Matches(part)
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

    /// <summary>The part under a heading of the third level, with its subsections.</summary>
    private static string Chapter(string heading)
    {
        int start = Text.IndexOf($"\n{heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"The page has no section {heading}.");
        return ChapterEnd().Split(Text[(start + heading.Length + 1)..], 2)[0];
    }

    /// <summary>The bytes of lines that have them in hex, and behind two blanks what they mean.</summary>
    private static byte[] Reading(string lines) => Bytes(string.Concat(lines.TrimEnd('\n').Split('\n').Select(static line => line.Split("  ")[0])));

    /// <summary>The cells of all table rows in a part of the page, without the headings.</summary>
    internal static List<string[]> Rows(string part) =>
        [.. part.Split('\n')
            .Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal))
            .Select(static line => line.Trim('|').Split('|').Select(static cell => cell.Trim().Trim('`')).ToArray())];

    /// <summary>Bytes in hex, with or without spaces.</summary>
    internal static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    [GeneratedRegex("^```vector (?<frame>\\w+)\n(?<lines>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex VectorBlock();

    [GeneratedRegex("^```frame (?<from>caller|callee)\n(?<lines>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FrameBlock();

    [GeneratedRegex("^#{1,3} ", RegexOptions.Multiline)]
    private static partial Regex ChapterEnd();

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
