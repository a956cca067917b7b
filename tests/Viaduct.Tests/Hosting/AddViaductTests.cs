using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Viaduct.Hosting;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Hosting;

public sealed class AddViaductTests
{
    [Fact]
    public async Task The_node_joins_at_start_under_the_applications_name_and_leaves_at_stop()
    {
        await using var host = new TestHost();
        await host.Host.StartAsync(TestContext.Current.CancellationToken);

        Node node = host.Node;
        Assert.Equal("hosted", node.Name);
        node.OpenProducer(new ChannelSpec<int>("a")).Dispose();

        await host.Host.StopAsync(TestContext.Current.CancellationToken);
        Assert.Throws<ObjectDisposedException>(() => node.OpenProducer(new ChannelSpec<int>("a")));
    }

    [Fact]
    public async Task A_service_may_use_the_node_from_its_constructor_until_it_has_stopped_in_whatever_order_it_was_added()
    {
        var services = new List<NodeUser>();
        await using var host = new TestHost(services: collection =>
        {
            collection.Insert(0, ServiceDescriptor.Singleton<IHostedService>(provider => Remember(provider)));
            collection.AddSingleton<IHostedService>(provider => Remember(provider));
        });

        await host.Host.StartAsync(TestContext.Current.CancellationToken);
        await host.Host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, services.Count);
        Assert.All(services, service => Assert.True(service.CouldBeUsedWhileStopping));

        NodeUser Remember(IServiceProvider provider)
        {
            var service = new NodeUser(provider.GetRequiredService<Node>());
            services.Add(service);
            return service;
        }
    }

    [Fact]
    public async Task Everybody_gets_the_same_node_however_often_it_is_added()
    {
        await using var host = new TestHost(services: services => services.AddViaduct().AddViaduct(options => options.Name = "last"));
        await host.Host.StartAsync(TestContext.Current.CancellationToken);

        Assert.Same(host.Node, host.Host.Services.GetRequiredService<Node>());
        Assert.Single(host.Host.Services.GetServices<Node>());
        Assert.Equal("last", host.Node.Name);
    }

    [Fact]
    public async Task Options_come_from_the_configuration_and_then_from_code()
    {
        await using var host = new TestHost(
            options => options.Name = $"{options.Name} by code",
            settings: new()
            {
                ["Viaduct:Name"] = "named",
                ["Viaduct:Domain"] = "experiment",
                ["Viaduct:Listen"] = "127.0.0.1:0",
                ["Viaduct:Peers:0"] = "localhost:7701",
                ["Viaduct:Peers:1"] = "[::1]:7702",
                ["Viaduct:LingerTimeout"] = "00:00:01",
            });
        ViaductOptions options = host.Host.Services.GetRequiredService<IOptions<ViaductOptions>>().Value;

        Assert.Equal("named by code", options.Name);
        Assert.Equal("experiment", options.Domain);
        Assert.Equal(["localhost:7701", "[::1]:7702"], options.Peers);
        Assert.Equal(TimeSpan.FromSeconds(1), options.LingerTimeout);

        await host.Host.StartAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, host.Node.ListenAddress!.Port);
    }

    [Theory]
    [InlineData("Viaduct:Listen", "0.0.0.0:7700", "AllowPlaintext")]
    [InlineData("Viaduct:Listen", "127.0.0.1", "an IP address and a port")]
    [InlineData("Viaduct:Listen", "somewhere:1", "an IP address and a port")]
    [InlineData("Viaduct:Peers:0", "localhost", "host:7700")]
    [InlineData("Viaduct:Domain", "a/b", "Domain")]
    [InlineData("Viaduct:HeartbeatInterval", "00:00:00", "HeartbeatInterval")]
    public async Task Wrong_options_stop_the_start_and_say_what_is_wrong(string key, string value, string expected)
    {
        await using var host = new TestHost(settings: new() { [key] = value });

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.Host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_without_host_or_configuration_gives_a_node_and_ends_it()
    {
        using var directory = new TemporaryDirectory();
        var services = new ServiceCollection();
        services.AddViaduct(options => options.RuntimeDirectory = directory.Path);
        Node node;
        using (ServiceProvider provider = services.BuildServiceProvider())
        {
            node = provider.GetRequiredService<Node>();
            node.OpenProducer(new ChannelSpec<int>("a")).Dispose();
        }

        Assert.Throws<ObjectDisposedException>(() => node.OpenProducer(new ChannelSpec<int>("a")));
    }

    [Fact]
    public async Task Two_hosts_meet_and_messages_pass()
    {
        using var shared = new TemporaryDirectory();
        await using var one = new TestHost(options => options.RuntimeDirectory = shared.Path);
        await using var two = new TestHost(options => options.RuntimeDirectory = shared.Path);
        await one.Host.StartAsync(TestContext.Current.CancellationToken);
        await two.Host.StartAsync(TestContext.Current.CancellationToken);

        using Consumer<int> consumer = two.Node.OpenConsumer(new ChannelSpec<int>("a"));
        using Producer<int> producer = one.Node.OpenProducer(new ChannelSpec<int>("a"));
        await producer.SendAsync(7, Patience.Token);

        Assert.Equal(7, await consumer.ReceiveAsync(Patience.Token));
    }

    [Fact]
    public void No_services_at_all_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => ViaductServiceCollectionExtensions.AddViaduct(null!));
        Assert.Throws<ArgumentNullException>(() => ViaductHealthChecksBuilderExtensions.AddViaduct(null!));
    }
}
