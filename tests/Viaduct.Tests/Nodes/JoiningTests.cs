using System.Net;
using System.Runtime.Versioning;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Nodes;

/// <summary>What a node insists on when it joins, and what it makes.</summary>
[SupportedOSPlatform("linux")]
public sealed class JoiningTests
{
    [Fact]
    public void Options_are_checked_when_a_node_joins()
    {
        Assert.ThrowsAny<ArgumentException>(() => Node.Join(new NodeOptions { Domain = "../other" }));
        Assert.ThrowsAny<ArgumentException>(() => Node.Join(new NodeOptions { Peers = { "localhost" } }));
    }

    [Fact]
    public void Plain_text_beyond_the_machine_needs_to_be_allowed_by_name()
    {
        using var directory = new TemporaryDirectory();
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => Node.Join(new NodeOptions { Listen = new IPEndPoint(IPAddress.Any, 0) }));
        Assert.Contains(nameof(NodeOptions.AllowPlaintext), error.Message, StringComparison.Ordinal);

        using Node node = Node.Join(new NodeOptions
        {
            RuntimeDirectory = directory.Path,
            Listen = new IPEndPoint(IPAddress.Any, 0),
            AllowPlaintext = true,
        });
        Assert.NotEqual(0, node.ListenAddress!.Port);
    }

    [Fact]
    public void A_runtime_directory_that_others_can_enter_is_refused()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(
            directory.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        ViaductException error = Assert.ThrowsAny<ViaductException>(() => Node.Join(new NodeOptions { RuntimeDirectory = directory.Path }));

        Assert.Contains(directory.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_runtime_directory_that_is_a_symbolic_link_is_refused()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string link = Path.Combine(directory.Path, "link");
        string target = Path.Combine(directory.Path, "target");
        Directory.CreateDirectory(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateSymbolicLink(link, target);

        Assert.ThrowsAny<ViaductException>(() => Node.Join(new NodeOptions { RuntimeDirectory = link }));
    }

    [Fact]
    public void A_runtime_directory_is_made_for_its_user_only()
    {
        using var directory = new TemporaryDirectory();
        using Node node = Node.Join(new NodeOptions { RuntimeDirectory = directory.Path });

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory.Path) & (UnixFileMode)0x1FF);
    }

    [Fact]
    public void A_path_too_long_for_a_socket_is_refused_clearly()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, new string('x', 120));

        Exception error = Assert.ThrowsAny<Exception>(() => Node.Join(new NodeOptions { RuntimeDirectory = path }));

        Assert.True(error is ArgumentException or ViaductException, $"{error}");
        Assert.Contains("RuntimeDirectory", error.Message, StringComparison.OrdinalIgnoreCase);
    }
}
