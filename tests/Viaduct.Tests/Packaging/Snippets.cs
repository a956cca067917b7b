using System.Text.RegularExpressions;

namespace Viaduct.Tests.Packaging;

/// <summary>Code in pages that is a whole file of the repository: its fence is preceded by a comment <c>snippet: path</c>.</summary>
internal static partial class Snippets
{
    /// <summary>The README's first program.</summary>
    internal static string FirstProgramOfTheReadme() =>
        In(Repository.PathOf("README.md")).Single(snippet => snippet.Path == "samples/FirstProgram/Program.cs").Code;

    /// <summary>All snippets of a page.</summary>
    internal static IEnumerable<(string Path, string Code)> In(string page) =>
        Fence().Matches(File.ReadAllText(page)).Select(match => (match.Groups["path"].Value, match.Groups["code"].Value));

    /// <summary>The code of a page that is no whole file of the repository.</summary>
    internal static IEnumerable<string> FragmentsIn(string page) => Fragment().Matches(File.ReadAllText(page)).Select(match => match.Groups["code"].Value);

    /// <summary>The files that a page links to, as it writes them, without a part after <c>#</c>.</summary>
    internal static IEnumerable<string> LinksOf(string page) =>
        Link().Matches(File.ReadAllText(page)).Select(match => match.Groups["path"].Value);

    [GeneratedRegex(@"\]\((?!\w+:)(?<path>[^)#\s]+)(#[^)\s]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<!<!-- snippet: \S+ -->\n)^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fragment();

    [GeneratedRegex(@"<!-- snippet: (?<path>\S+) -->\n```\w*\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
