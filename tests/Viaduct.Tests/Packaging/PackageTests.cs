using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Viaduct.Tests.Packaging;

/// <summary>What users get: the packages, and programs that are built with nothing else.</summary>
public sealed partial class PackageTests(LocalFeed feed) : IClassFixture<LocalFeed>
{
    /// <summary>Tells whether its class is carried out elsewhere.</summary>
    private const string Isolating =
        """
        using Viaduct.Supervision;

        Console.WriteLine(Native.ProcessId() != Environment.ProcessId);

        [Isolated]
        internal static class Native
        {
            internal static int ProcessId() => Environment.ProcessId;
        }
        """;

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
    [InlineData("Viaduct.Supervision")]
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
    public async Task Who_references_the_package_is_warned_of_mistakes()
    {
        string directory = feed.NewDirectory("warned");
        await Command.Run(directory, feed.Environment, "dotnet", "new", "console", "--name", "Warned", "--output", ".", "--no-restore");
        await Command.Run(directory, feed.Environment, "dotnet", "add", "package", "Viaduct", "--version", feed.Version);
        await File.WriteAllTextAsync(
            Path.Combine(directory, "Program.cs"),
            """
            using Viaduct;

            await using var node = Node.Join();
            using var consumer = node.OpenConsumer(new ChannelSpec<ReadOnlyMemory<byte>>("blobs"));
            using var producer = node.OpenProducer(new ChannelSpec<ReadOnlyMemory<byte>>("blobs"));
            ReadOnlyMemory<byte> blob = new byte[3];
            producer.HandOver(blob);
            Console.WriteLine(blob.Span[0]);
            var lost = consumer.ReceiveLease();
            Console.WriteLine(lost.Value.Length);
            var lease = consumer.ReceiveLease();
            lease.Dispose();
            Console.WriteLine(lease.Value.Length);
            """,
            TestContext.Current.CancellationToken);

        string output = await Command.Run(directory, feed.Environment, "dotnet", "build", "--output", "out", "--nologo", "-v", "minimal");

        Assert.Contains("Program.cs(8,19): warning VIA0001", output, StringComparison.Ordinal);
        Assert.Contains("Program.cs(9,12): warning VIA0002", output, StringComparison.Ordinal);
        Assert.Contains("Program.cs(13,19): warning VIA0003", output, StringComparison.Ordinal);
        Assert.DoesNotContain("CS9057", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_references_the_outermost_package_alone_gets_codecs_for_messages_and_isolated_classes()
    {
        string directory = feed.NewDirectory("messages");
        await Command.Run(directory, feed.Environment, "dotnet", "new", "console", "--name", "Messages", "--output", ".", "--no-restore");
        await Command.Run(directory, feed.Environment, "dotnet", "add", "package", "Viaduct.Supervision", "--version", feed.Version, "--no-restore");
        await File.WriteAllTextAsync(
            Path.Combine(directory, "Program.cs"),
            """
            using Viaduct;
            using Viaduct.Messages;
            using Viaduct.Supervision;

            Console.WriteLine(new ChannelSpec<Order>("orders").Schema);
            Console.WriteLine(Native.ProcessId() != Environment.ProcessId);

            [Message]
            public sealed record Order(int Number, List<string> Lines);

            [Isolated]
            internal static class Native
            {
                internal static int ProcessId() => Environment.ProcessId;
            }
            """,
            TestContext.Current.CancellationToken);

        await Command.Run(directory, feed.Environment, "dotnet", "build", "--output", "out", "--nologo", "-v", "minimal", "-warnaserror");

        Assert.Equal("message Order { 1 Number:i32, 2 Lines:[string] }\nTrue\n", await Command.Run(directory, feed.Environment, "dotnet", Path.Combine("out", "Messages.dll")));
    }

    /// <summary>Nothing that is not there offline: for a runtime that is installed, and without the analyzer of such files.</summary>
    [Fact]
    public async Task A_program_that_is_published_as_one_file_has_its_workers()
    {
        string directory = feed.NewDirectory("published");
        await Command.Run(directory, feed.Environment, "dotnet", "new", "console", "--name", "Published", "--output", ".", "--no-restore");
        await Command.Run(directory, feed.Environment, "dotnet", "add", "package", "Viaduct.Supervision", "--version", feed.Version, "--no-restore");
        await File.WriteAllTextAsync(Path.Combine(directory, "Program.cs"), Isolating, TestContext.Current.CancellationToken);
        await Command.Run(
            directory, feed.Environment, "dotnet", "publish", "--use-current-runtime", "--output", "out", "--nologo", "-v", "quiet",
            "-p:PublishSingleFile=true", "-p:SelfContained=false", "-p:EnableSingleFileAnalyzer=false");
        Assert.Empty(Directory.GetFiles(Path.Combine(directory, "out"), "*.dll"));

        Assert.Equal("True\n", await Command.Run(directory, feed.Environment, Path.Combine(directory, "out", "Published")));
    }

    /// <summary>The SDK would compile it ahead of time if it were published, and so switches startup hooks off, too.</summary>
    [Theory]
    [InlineData("#:property PublishAot=false", "")]
    [InlineData("#:property PublishAot=false\n#:property StartupHookSupport=false", "WorkerProcess.RunIfWorker();")]
    public async Task A_program_that_is_written_in_one_file_has_its_workers(string properties, string first)
    {
        string directory = feed.NewDirectory($"written{first.Length}");
        await File.WriteAllTextAsync(
            Path.Combine(directory, "written.cs"), $"#:package Viaduct.Supervision@{feed.Version}\n{properties}\n{Isolating.Replace("Console", $"{first} Console", StringComparison.Ordinal)}", TestContext.Current.CancellationToken);

        // Where the SDK puts what it builds of such a program.
        Dictionary<string, string> environment = new(feed.Environment) { ["XDG_DATA_HOME"] = directory };
        Assert.Equal("True\n", await Command.Run(directory, environment, "dotnet", "run", "written.cs"));
    }

    [Fact]
    public void The_core_package_holds_the_analyzers_and_their_pages()
    {
        using ZipArchive package = ZipFile.OpenRead(PathOf("Viaduct", "nupkg"));
        string[] names = [.. package.Entries.Select(entry => entry.FullName)];

        Assert.Contains("analyzers/dotnet/cs/Viaduct.Analyzers.dll", names);
        Assert.Contains("analyzers/dotnet/cs/Viaduct.CodeFixes.dll", names);
        Assert.Contains("analyzers/dotnet/cs/Viaduct.Generators.dll", names);
        Assert.Contains("docs/analyzers/VIA1001.md", names);
        Assert.Contains("docs/analyzers/VIA0001.md", names);
        Assert.DoesNotContain("lib/net10.0/Viaduct.Analyzers.dll", names);
    }

    [Fact]
    public void The_readme_names_every_package_and_those_that_it_brings()
    {
        string readme = File.ReadAllText(Repository.PathOf("README.md")).Split("\n## Packages\n")[1].Split("\n## ")[0];
        Dictionary<string, string> rows = Row().Matches(readme).ToDictionary(static row => row.Groups["id"].Value, static row => row.Groups["brings"].Value);

        Assert.Equal(Directory.GetFiles(feed.Packages, "*.nupkg").Select(path => Path.GetFileName(path).Replace($".{feed.Version}.nupkg", "", StringComparison.Ordinal)).Order(), rows.Keys.Order());
        Assert.All(rows, row => Assert.Equal(
            Specification(row.Key).Descendants().Where(static element => element.Name.LocalName == "dependency").Select(static element => element.Attribute("id")!.Value)
                .Where(static id => id.StartsWith("Viaduct", StringComparison.Ordinal)).Order(),
            Name().Matches(row.Value).Select(static name => name.Groups["id"].Value).Order()));
        MatchCollection versions = VersionOf().Matches(readme);
        Assert.NotEmpty(versions);
        Assert.All(versions, static version => Assert.Equal(typeof(Node).Assembly.GetName().Version!.ToString(3), version.Groups["version"].Value));
    }

    [Fact]
    public void The_core_package_depends_on_nothing()
    {
        Assert.DoesNotContain(Specification("Viaduct").Descendants(), element => element.Name.LocalName == "dependency");
    }

    [Theory]
    [InlineData("Viaduct")]
    [InlineData("Viaduct.Hosting")]
    [InlineData("Viaduct.Supervision")]
    [InlineData("Viaduct.Cli")]
    public void A_package_names_its_licence_its_authors_and_its_purpose(string id)
    {
        XElement metadata = Specification(id).Elements().Single();

        Assert.Equal("MIT", Value(metadata, "license"));
        Assert.Equal("Viaduct contributors", Value(metadata, "authors"));
        Assert.NotEmpty(Value(metadata, "description"));
        Assert.Equal("README.md", Value(metadata, "readme"));
    }

    [GeneratedRegex(@"^\| `(?<id>Viaduct[.\w]*)` \| .* \| (?<brings>.*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<id>Viaduct[.\\w]*)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"dotnet add package Viaduct[.\w]* --version (?<version>\S+)")]
    private static partial Regex VersionOf();

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
