using Viaduct.Tests.Support;

namespace Viaduct.Tests.Links;

/// <summary>
/// When a sender is said to stall, by a clock of the test's own. Its node does not know of it: whose clock its heartbeat looks by is another.
/// </summary>
public sealed class SentStallTests : IAsyncLifetime
{
    private readonly Distance _distance = new(DistanceKind.Thread);
    private Producer<int> _producer = null!;
    private Consumer<int> _consumer = null!;
    private long _now = 1;

    public ValueTask InitializeAsync()
    {
        var channel = new ChannelSpec<int>("numbers") { Capacity = 2, Context = Context.Thread };
        _producer = new Producer<int>(_distance.Near, channel, new ProducerOptions());
        _consumer = new Consumer<int>(_distance.Far, channel, new ConsumerOptions());
        Assert.True(_producer.ConnectInProcess(_consumer));
        _producer.Send(1, Patience.Token);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _consumer.Abort();
        _producer.Abort();
        await _distance.DisposeAsync();
    }

    [Fact]
    public async Task Who_waits_for_another_receiver_waits_for_no_room()
    {
        using var ends = new CancellationTokenSource();
        Task blocking = Background.Run(() => _producer.WaitForPeers(2, Patience.Limit, ends.Token));
        Task awaiting = _producer.WaitForPeersAsync(2, ends.Token).AsTask();
        await Waiting.Until(() => _producer.Outbox.WaitPoint.HasSleepers && _producer.Outbox.WaitPoint.HasAwaiters);

        Assert.Null(Look());
        Assert.Null(Look());
        Assert.Null(Look());

        ends.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocking.Within());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => awaiting.Within());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_waits_for_room_is_told_of_once_until_something_moves(bool blocks)
    {
        _producer.Send(2, Patience.Token);
        Task sending = blocks ? Background.Run(() => _producer.Send(3, Patience.Token)) : _producer.SendAsync(3, Patience.Token).AsTask();
        await Waiting.Until(() => _producer.Outbox.WaitPoint.HasWaiters);

        Assert.Null(Look());
        string told = Assert.IsType<string>(Look());
        Assert.Contains("The producer of 'numbers' waits for room", told, StringComparison.Ordinal);
        Assert.Contains("for 6 s", told, StringComparison.Ordinal);
        Assert.Contains(": 2 messages.", told, StringComparison.Ordinal);
        Assert.Null(Look());

        Assert.Equal(1, _consumer.Receive(Patience.Token));
        await sending.Within();
        Assert.Null(Look());
        Assert.Null(Look());
    }

    [Fact]
    public async Task Who_has_completed_waits_for_no_room()
    {
        using Lease<int> lease = _consumer.ReceiveLease(Patience.Token);
        Task completing = _producer.CompleteAsync(Patience.Token).AsTask();
        await Waiting.Until(() => _producer.Outbox.WaitPoint.HasAwaiters);

        Assert.Null(Look());
        Assert.Null(Look());
        Assert.Null(Look());

        lease.Dispose();
        await completing.Within();
    }

    [Fact]
    public async Task A_send_that_completing_ends_is_no_stall_any_more()
    {
        _producer.Send(2, Patience.Token);
        Task sending = _producer.SendAsync(3, Patience.Token).AsTask();
        await Waiting.Until(() => _producer.Outbox.WaitPoint.HasAwaiters);
        Assert.Null(Look());

        _producer.Complete();

        await Assert.ThrowsAsync<ChannelCompletedException>(() => sending.Within());
        Assert.Null(Look());
        Assert.Null(Look());
    }

    /// <summary>Six seconds later.</summary>
    private string? Look() => _producer.Outbox.FindStall(_now += 6000);
}
