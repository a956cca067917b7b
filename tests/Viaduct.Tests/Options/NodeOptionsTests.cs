using System.Net;

namespace Viaduct.Tests.Options;

public sealed class NodeOptionsTests
{
    [Fact]
    public void The_defaults_are_valid_and_stay_on_this_machine()
    {
        var options = new NodeOptions();

        options.Validate();

        Assert.Null(options.Listen);
        Assert.Empty(options.Peers);
        Assert.False(options.AllowPlaintext);
        Assert.False(options.AllowOtherUsers);
        Assert.True(options.SharedMemory);
        Assert.Equal("default", options.Domain);
        Assert.Equal(TimeSpan.FromSeconds(5), options.LingerTimeout);
        Assert.Equal(TimeSpan.FromSeconds(2), options.HeartbeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(5), options.ReconnectWindow);
        Assert.Equal(TimeSpan.FromSeconds(10), options.IdleMemoryTimeout);
    }

    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.8.9.10:7700")]
    [InlineData("[::1]:7700")]
    public void Listening_on_loopback_needs_no_leave(string address)
    {
        new NodeOptions { Listen = IPEndPoint.Parse(address) }.Validate();
    }

    [Theory]
    [InlineData("0.0.0.0:7700")]
    [InlineData("[::]:7700")]
    [InlineData("10.0.0.1:7700")]
    [InlineData("192.168.1.1:7700")]
    [InlineData("8.8.8.8:7700")]
    [InlineData("[fe80::1]:7700")]
    public void Listening_elsewhere_needs_plain_text_to_be_allowed_by_name(string address)
    {
        var options = new NodeOptions { Listen = IPEndPoint.Parse(address) };

        ArgumentException error = Assert.Throws<ArgumentException>(options.Validate);
        Assert.Contains("plain text", error.Message, StringComparison.Ordinal);
        Assert.Contains("AllowPlaintext = true", error.Message, StringComparison.Ordinal);

        options.AllowPlaintext = true;
        options.Validate();
    }

    [Theory]
    [InlineData("localhost:7700", true)]
    [InlineData("LOCALHOST:7700", true)]
    [InlineData("127.0.0.1:7700", true)]
    [InlineData("[::1]:7700", true)]
    [InlineData("10.0.0.1:7700", false)]
    [InlineData("node-2.example:7700", false)]
    [InlineData("localhost.example:7700", false)]
    [InlineData("[2001:db8::1]:7700", false)]
    public void A_peer_elsewhere_needs_plain_text_to_be_allowed_by_name(string peer, bool isLoopback)
    {
        var options = new NodeOptions { Peers = [peer] };

        if (isLoopback)
        {
            options.Validate();
        }
        else
        {
            ArgumentException error = Assert.Throws<ArgumentException>(options.Validate);
            Assert.Contains(peer, error.Message, StringComparison.Ordinal);
            Assert.Contains("AllowPlaintext = true", error.Message, StringComparison.Ordinal);
        }

        options.AllowPlaintext = true;
        options.Validate();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a b")]
    [InlineData("123456789012345678901234567890123")]
    public void A_domain_that_is_no_directory_name_of_ours_is_refused(string domain)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(new NodeOptions { Domain = domain }.Validate);

        Assert.Equal(nameof(NodeOptions.Domain), error.ParamName);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public void A_name_that_would_spoil_a_list_is_refused(string name)
    {
        Assert.Throws<ArgumentException>(new NodeOptions { Name = name }.Validate);
        Assert.Throws<ArgumentException>(new NodeOptions { Name = new string('x', 129) }.Validate);
    }

    [Fact]
    public void Times_outside_their_range_are_refused()
    {
        TimeSpan tooLong = NodeOptions.MaxTimeout + TimeSpan.FromTicks(1);
        NodeOptions[] wrong =
        [
            new() { LingerTimeout = TimeSpan.FromTicks(-1) },
            new() { LingerTimeout = Timeout.InfiniteTimeSpan },
            new() { LingerTimeout = tooLong },
            new() { HeartbeatInterval = TimeSpan.Zero },
            new() { HeartbeatInterval = tooLong },
            new() { ReconnectWindow = TimeSpan.FromTicks(-1) },
            new() { ReconnectWindow = tooLong },
            new() { IdleMemoryTimeout = tooLong },
        ];

        Assert.All(wrong, options => Assert.Throws<ArgumentOutOfRangeException>(options.Validate));
    }

    [Fact]
    public void A_checked_copy_does_not_change_with_its_original()
    {
        var options = new NodeOptions { Name = "a", Peers = new List<string> { "localhost:1" } };

        NodeOptions copy = options.ValidatedCopy();
        options.Name = "b";
        options.Peers.Add("localhost:2");

        Assert.Equal("a", copy.Name);
        Assert.Equal(["localhost:1"], copy.Peers);
    }
}
