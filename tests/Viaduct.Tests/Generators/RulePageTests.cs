using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Viaduct.Generators;
using Viaduct.Tests.Packaging;

namespace Viaduct.Tests.Generators;

/// <summary>A rule's page shows first what it reports, at the line whose comment says so, and then what to do instead.</summary>
public sealed partial class RulePageTests
{
    /// <summary>The numbers of all rules of the generator.</summary>
    public static TheoryData<string> All =>
        [.. typeof(Rules).GetFields(BindingFlags.Static | BindingFlags.NonPublic).Where(static member => member.IsLiteral).Select(static member => (string)member.GetRawConstantValue()!).Where(static value => value.StartsWith("VIA", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_page_shows_the_mistake_and_what_to_do(string rule)
    {
        string page = await File.ReadAllTextAsync(Repository.PathOf("docs", "analyzers", $"{rule}.md"), TestContext.Current.CancellationToken);
        string[] blocks = [.. Block().Matches(page).Select(static block => block.Groups["code"].Value)];
        Assert.Equal(2, blocks.Length);

        Generated mistaken = DiagnosticTests.Subject(blocks[0]);
        Diagnostic reported = Assert.Single(mistaken.Diagnostics);
        Assert.Equal(rule, reported.Id);
        string line = mistaken.Compilation.SyntaxTrees.First().GetText(TestContext.Current.CancellationToken).Lines[reported.Location.GetLineSpan().StartLinePosition.Line].ToString();
        Assert.Contains($"// {rule}", line, StringComparison.Ordinal);
        Assert.Equal($"docs/analyzers/{rule}.md", Rules.Of(rule).HelpLinkUri);

        Generated corrected = DiagnosticTests.Subject(blocks[1]);
        Assert.Empty(corrected.Diagnostics);
        Assert.Empty(corrected.Complaints);
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
