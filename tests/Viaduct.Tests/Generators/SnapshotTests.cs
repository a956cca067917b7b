using System.Text;
using Viaduct.Tests.Packaging;

namespace Viaduct.Tests.Generators;

/// <summary>What the generators write is what is kept in Snapshots, and compiles without a warning. VIADUCT_SNAPSHOTS=keep keeps what they write now.</summary>
public sealed class SnapshotTests
{
    [Theory]
    [InlineData("Messages")]
    [InlineData("Generics")]
    [InlineData("Unions")]
    [InlineData("Channels")]
    [InlineData("Service")]
    [InlineData("Isolated")]
    [InlineData("Isolation")]
    public async Task What_is_generated_is_what_was(string name)
    {
        Generated generated = Generated.From(Generated.Source(name));
        var text = new StringBuilder();
        foreach (Microsoft.CodeAnalysis.GeneratedSourceResult file in generated.Files)
        {
            text.Append("======== ").Append(file.HintName).Append('\n').Append(file.SourceText);
        }

        Assert.Empty(generated.Diagnostics);
        Assert.Empty(generated.Complaints);
        Assert.NotEqual(0, text.Length);
        string path = Repository.PathOf("tests", "Viaduct.Tests", "Generators", "Snapshots", $"{name}.txt");
        if (Environment.GetEnvironmentVariable("VIADUCT_SNAPSHOTS") == "keep")
        {
            await File.WriteAllTextAsync(path, text.ToString(), TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), text.ToString());
    }
}
