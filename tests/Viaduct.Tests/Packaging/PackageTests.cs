using System.IO.Compression;
using System.Xml.Linq;

namespace Viaduct.Tests.Packaging;

/// <summary>Alone, since building projects takes all processors, which would upset tests that measure time.</summary>
[Collection(nameof(PackageTests))]
[CollectionDefinition(nameof(PackageTests), DisableParallelization = true)]
public sealed class PackageTests(LocalFeed feed) : IClassFixture<LocalFeed>
{
    [Fact]
    public async Task The_first_program_of_the_readme_builds_and_runs_from_the_package()
    {
        string directory = feed.NewDirectory("first");
        await Command.Run(directory, feed.Environment, "dotnet", "new", "console", "--name", "First", "--output", ".", "--no-restore");
        await Command.Run(directory, feed.Environment, "dotnet", "add", "package", "Viaduct", "--version", feed.Version);
        await File.WriteAllTextAsync(
            Path.Combine(directory, "Program.cs"), Snippets.FirstProgramOfTheReadme(), TestContext.Current.CancellationToken);
        await Command.Run(directory, feed.Environment, "dotnet", "build", "--output", "out", "--nologo", "-v", "quiet");

        using Command receiver = Command.Start(directory, feed.Environment, "dotnet", Path.Combine("out", "First.dll"), "receive");
        using Command sender = Command.Start(directory, feed.Environment, "dotnet", Path.Combine("out", "First.dll"));
        await sender.End();

        Assert.Equal(Enumerable.Range(1, 10).Select(number => $"{number}\n"), (await receiver.End()).Split('\n')[..^1].Select(line => $"{line}\n"));
    }

    [Fact]
    public async Task The_command_line_tool_installs_and_runs()
    {
        string directory = feed.NewDirectory("tool");
        await Command.Run(
            directory, feed.Environment, "dotnet", "tool", "install", "Viaduct.Cli", "--tool-path", "tools", "--version", feed.Version);

        string help = await Command.Run(directory, feed.Environment, Path.Combine(directory, "tools", "viaduct"), "--help");

        Assert.Contains("send", help, StringComparison.Ordinal);
        Assert.Contains("receive", help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Viaduct")]
    [InlineData("Viaduct.Hosting")]
    public void A_library_package_holds_its_documentation_its_readme_and_its_symbols(string id)
    {
        using ZipArchive package = ZipFile.OpenRead(PathOf(id, "nupkg"));
        string[] names = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.Contains($"lib/net10.0/{id}.dll", names);
        Assert.Contains($"lib/net10.0/{id}.xml", names);
        Assert.Contains("README.md", names);

        using ZipArchive symbols = ZipFile.OpenRead(PathOf(id, "snupkg"));
        Assert.Contains($"lib/net10.0/{id}.pdb", symbols.Entries.Select(entry => entry.FullName));
    }

    [Fact]
    public void The_core_package_depends_on_nothing()
    {
        Assert.DoesNotContain(Specification("Viaduct").Descendants(), element => element.Name.LocalName == "dependency");
    }

    [Theory]
    [InlineData("Viaduct")]
    [InlineData("Viaduct.Hosting")]
    [InlineData("Viaduct.Cli")]
    public void A_package_names_its_licence_its_authors_and_its_purpose(string id)
    {
        XElement metadata = Specification(id).Elements().Single();

        Assert.Equal("MIT", Value(metadata, "license"));
        Assert.Equal("Viaduct contributors", Value(metadata, "authors"));
        Assert.NotEmpty(Value(metadata, "description"));
        Assert.Equal("README.md", Value(metadata, "readme"));
    }

    private static string Value(XElement metadata, string name) =>
        metadata.Elements().Single(element => element.Name.LocalName == name).Value;

    private string PathOf(string id, string extension) => Path.Combine(feed.Packages, $"{id}.{feed.Version}.{extension}");

    private XElement Specification(string id)
    {
        using ZipArchive package = ZipFile.OpenRead(PathOf(id, "nupkg"));
        using Stream stream = package.GetEntry($"{id}.nuspec")!.Open();
        return XElement.Load(stream);
    }
}
