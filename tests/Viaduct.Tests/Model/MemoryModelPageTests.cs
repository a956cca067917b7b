extern alias model;

using System.Globalization;
using System.Text.RegularExpressions;
using model::Viaduct.Model.Scenarios;
using Viaduct.Tests.Packaging;

namespace Viaduct.Tests.Model;

/// <summary>The page of the memory protocol tells of all that is explored, and of nothing else.</summary>
public sealed partial class MemoryModelPageTests
{
    private readonly string _page = File.ReadAllText(Repository.PathOf("docs", "memory-model.md"));

    [Fact]
    public void Each_scenario_has_a_row() =>
        Assert.Equal(Catalogue.Scenarios.Keys, Row().Matches(_page).Select(static row => row.Groups["name"].Value));

    [Fact]
    public void Bugs_that_only_weakly_ordered_stores_show_are_counted() =>
        Assert.Equal(Catalogue.WeakDefects.Count, int.Parse(WeakDefects().Match(_page).Groups["count"].Value, CultureInfo.InvariantCulture));

    /// <summary>Name, what happens, and how many states each order has.</summary>
    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \| [^|]+ \| [\d,]+ \| [\d,]+ \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"(?<count>\d+) bugs are found\s+in weak order only")]
    private static partial Regex WeakDefects();
}
