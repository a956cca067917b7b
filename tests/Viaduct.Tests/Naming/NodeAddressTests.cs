namespace Viaduct.Tests.Naming;

public sealed class NodeAddressTests
{
    [Theory]
    [InlineData("localhost:7700", "localhost", 7700)]
    [InlineData("node-2.example:1", "node-2.example", 1)]
    [InlineData("10.0.0.5:65535", "10.0.0.5", 65535)]
    [InlineData("[::1]:7700", "::1", 7700)]
    [InlineData("[2001:db8::7]:7700", "2001:db8::7", 7700)]
    public void An_address_is_read_and_written_alike(string text, string host, int port)
    {
        NodeAddress address = NodeAddress.Parse(text);

        Assert.Equal(new NodeAddress(host, port), address);
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData(":7700")]
    [InlineData("localhost:")]
    [InlineData("localhost:0")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:-1")]
    [InlineData("localhost:+1")]
    [InlineData("localhost: 1")]
    [InlineData("local host:1")]
    [InlineData("::1:7700")]
    [InlineData("[10.0.0.5]:7700")]
    [InlineData("[]:7700")]
    [InlineData("tcp://localhost:7700")]
    public void Anything_else_is_refused_with_an_example(string text)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => NodeAddress.Parse(text));

        Assert.Contains("'host:7700'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_static_name_service_tells_its_list_once_and_ends()
    {
        var names = new StaticNameService(["localhost:1", "[::1]:2", "localhost:1"]);

        List<NodeAddress> found = await names.WatchAsync("default", TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal([new NodeAddress("localhost", 1), new NodeAddress("::1", 2)], found);
        await using IAsyncDisposable announced =
            await names.AnnounceAsync("default", new NodeAddress("localhost", 3), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_static_name_service_refuses_what_is_no_address()
    {
        Assert.Throws<ArgumentException>(() => new StaticNameService(["localhost"]));
        Assert.Throws<ArgumentNullException>(() => new StaticNameService(null!));
    }
}
