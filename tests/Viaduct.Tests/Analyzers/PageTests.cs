using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Viaduct.Tests.Packaging;

namespace Viaduct.Tests.Analyzers;

/// <summary>A rule's page shows first what it reports, at the line whose comment says so, and then what to do instead.</summary>
public sealed partial class PageTests
{
    [Theory]
    [InlineData("VIA0001")]
    [InlineData("VIA0002")]
    [InlineData("VIA0003")]
    public async Task A_page_shows_the_mistake_and_what_to_do(string rule)
    {
        string page = await File.ReadAllTextAsync(Repository.PathOf("docs", "analyzers", $"{rule}.md"), TestContext.Current.CancellationToken);
        Code[] blocks = [.. Block().Matches(page).Select(block => Code.Statements(block.Groups["code"].Value))];
        Assert.Equal(2, blocks.Length);

        (Compilation mistaken, Diagnostic[] found) = await blocks[0].Analyze();
        Assert.Empty(Code.Errors(mistaken));
        Diagnostic reported = Assert.Single(found);
        Assert.Equal(rule, reported.Id);
        Assert.Contains($"// {rule}", blocks[0].Text.Split('\n')[reported.Location.GetLineSpan().StartLinePosition.Line], StringComparison.Ordinal);

        (Compilation corrected, Diagnostic[] left) = await blocks[1].Analyze();
        Assert.Empty(Code.Errors(corrected));
        Assert.Empty(left);
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
