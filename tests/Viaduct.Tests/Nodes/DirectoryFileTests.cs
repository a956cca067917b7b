using System.Text;
using Viaduct.Discovery;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Nodes;

/// <summary>The small files of the runtime directory: builds of before and after read each other's, and what makes no sense is passed over.</summary>
public sealed class DirectoryFileTests
{
    private const string Id = "0f8fad5b-d9cb-469f-a165-70867728950e";

    private const string Whole =
        $$"""{"channel":"prices","socketId":"{{Id}}","nodeId":"{{Id}}","role":"consumer","pattern":"ClientServer","topology":"ManyToOne","capacity":64,"schema":"bytes"}""";

    private static readonly Registration s_whole =
        new("prices", Guid.Parse(Id), Guid.Parse(Id), "consumer", Pattern.ClientServer, Topology.ManyToOne, 64, "bytes");

    [Fact]
    public void They_are_as_they_were_written_ever_since()
    {
        Guid id = Guid.Parse(Id);
        Assert.Equal(Whole, Text(s_whole));
        Assert.Equal($$"""{"id":"{{Id}}","name":"\u00E9\u0022\u003C\n","pid":1,"startTime":-9223372036854775808}""", Text(new NodeFile(id, "é\"<\n", 1, long.MinValue)));
        Assert.Equal($$"""{"nodeId":"{{Id}}","socketId":"{{Id}}","nodeName":"","pid":2147483647}""", Text(new RoleClaim(id, id, "", int.MaxValue)));
    }

    [Fact]
    public void Each_pattern_and_topology_has_its_name()
    {
        foreach (Pattern pattern in Enum.GetValues<Pattern>())
        {
            foreach (Topology topology in Enum.GetValues<Topology>())
            {
                Registration written = new("prices", default, default, "consumer", pattern, topology, 0, "");
                Assert.Contains($"\"pattern\":\"{pattern}\",\"topology\":\"{topology}\"", Text(written));
                Assert.Equal(written, DirectoryFiles.Parse(DirectoryFiles.Format(written).ToArray(), Registration.Read));
            }
        }
    }

    [Theory]
    [InlineData("{", " {", true)]
    [InlineData("\"channel\":", "\"later\":{\"than\":[\"this\"]},\"channel\":", true)]
    [InlineData("\"prices\"", "null", false)]
    [InlineData("\"prices\"", "7", false)]
    [InlineData("\"prices\"", "\"\\ud800\"", false)]
    [InlineData("\"channel\"", "\"Channel\"", false)]
    [InlineData("\"ClientServer\"", "\"7\"", false)]
    [InlineData("\"ClientServer\"", "\"2\"", false)]
    [InlineData("\"ClientServer\"", "\"clientServer\"", false)]
    [InlineData("\"ManyToOne\"", "\"ManyToOne,OneToOne\"", false)]
    [InlineData("64", "64.5", false)]
    [InlineData("64", "2147483648", false)]
    [InlineData("64", "\"64\"", false)]
    [InlineData(Id, "0f8fad5bd9cb469fa16570867728950e", false)]
    [InlineData("\"channel\":", "\"later\":[[[0]]],\"channel\":", true)]
    [InlineData("\"channel\":", "\"later\":[[[[0]]]],\"channel\":", false)]
    [InlineData(",\"schema\":\"bytes\"", "", false)]
    [InlineData("\"ClientServer\"", "2", false)]
    [InlineData("}", "}}", false)]
    [InlineData("}", "} // end", false)]
    [InlineData("{", "[{", false)]
    public void What_makes_no_sense_is_passed_over(string part, string instead, bool isRead)
    {
        using TemporaryDirectory directory = new();
        string path = Path.Combine(Directory.CreateDirectory(directory.Path).FullName, "file");
        string content = Whole.Replace(part, instead, StringComparison.Ordinal);
        Assert.NotEqual(Whole, content);
        File.WriteAllText(path, content);
        Assert.Equal(isRead ? s_whole : null, DirectoryFiles.Read(path, Registration.Read));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"{}\"")]
    [InlineData("{}")]
    public void So_is_what_is_no_such_object(string content)
    {
        using TemporaryDirectory directory = new();
        string path = Path.Combine(Directory.CreateDirectory(directory.Path).FullName, "file");
        File.WriteAllText(path, content);
        Assert.Null(DirectoryFiles.Read(path, NodeFile.Read));
        Assert.Null(DirectoryFiles.Read(path, RoleClaim.Read));
        Assert.Null(DirectoryFiles.Read(path, Registration.Read));
    }

    private static string Text(IDirectoryFile value) => Encoding.UTF8.GetString(DirectoryFiles.Format(value));
}
