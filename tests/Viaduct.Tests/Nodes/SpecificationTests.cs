using Viaduct.Tests.Support;

namespace Viaduct.Tests.Nodes;

/// <summary>What is refused when a socket is opened, before anything has happened.</summary>
public sealed class SpecificationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Node _node;

    public SpecificationTests()
    {
        _node = Node.Join(new NodeOptions { RuntimeDirectory = _directory.Path });
    }

    public void Dispose()
    {
        _node.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_wrong_specification_is_refused()
    {
        var channel = new ChannelSpec<long>("numbers") { Capacity = -1 };

        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => _node.OpenProducer(channel));

        Assert.Contains("numbers", error.Message, StringComparison.Ordinal);
        Assert.Empty(_node.Sockets);
    }

    [Fact]
    public void A_type_without_bytes_of_its_own_needs_a_codec()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => _node.OpenProducer(new ChannelSpec<Note>("notes")));
        Assert.Contains(nameof(ChannelSpec<>.Codec), error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => _node.OpenServer(new CallSpec<long, Note>("notes")));
        Assert.Empty(_node.Sockets);
    }

    [Fact]
    public void Only_publishers_keep_a_history()
    {
        var channel = new ChannelSpec<long>("numbers") { History = 1 };
        Assert.Contains("History", Assert.Throws<ArgumentException>(() => _node.OpenProducer(channel)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _node.OpenConsumer(channel));
        Assert.Throws<ArgumentException>(() => _node.OpenServer(new CallSpec<long, long>("calls") { History = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _node.OpenSubscriber(channel, new SubscriberOptions { History = -1 }));
        Assert.Empty(_node.Sockets);
    }

    [Fact]
    public void Wrong_options_of_a_socket_are_refused()
    {
        var channel = new ChannelSpec<long>("numbers");
        Assert.Throws<ArgumentOutOfRangeException>(() => _node.OpenProducer(channel, new ProducerOptions { MaxAttempts = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _node.OpenProducer(channel, new ProducerOptions { Distribution = (Distribution)9 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _node.OpenSubscriber(channel, new SubscriberOptions { WhenFull = (FullMode)9 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _node.OpenConsumer(channel, new ConsumerOptions { LingerTimeout = TimeSpan.FromDays(1) }));
        Assert.Throws<ArgumentNullException>(() => _node.OpenConsumer<long>(null!));
        Assert.Empty(_node.Sockets);
    }

    [Theory]
    [InlineData(WaitMode.Adaptive)]
    [InlineData(WaitMode.Sleep)]
    public async Task Every_way_of_waiting_works(WaitMode wait)
    {
        var channel = new ChannelSpec<long>("numbers") { Capacity = 2 };
        using Producer<long> producer = _node.OpenProducer(channel, new ProducerOptions { Wait = wait });
        using Consumer<long> consumer = _node.OpenConsumer(channel, new ConsumerOptions { Wait = wait });

        Task sending = Background.Run(() =>
        {
            for (long i = 0; i < 1000; i++)
            {
                producer.Send(i);
            }
        });
        await Background.Run(() =>
        {
            for (long i = 0; i < 1000; i++)
            {
                Assert.Equal(i, consumer.Receive(Patience.Token));
            }
        }).Within();
        await sending.Within();
    }
}
