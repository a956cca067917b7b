using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

/// <summary>Sockets that never sleep. They take whole cores, so nothing else runs beside them.</summary>
[Collection(Collections.Alone)]
public sealed class SpinningTests
{
    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.Machine)]
    public async Task Sockets_that_spin_keep_the_same_contract(DistanceKind kind)
    {
        const int Count = 2000;
        await using var distance = new Distance(kind);
        var channel = new ChannelSpec<long>("numbers") { Capacity = 16, Context = distance.Context };
        Producer<long> producer = distance.Near.OpenProducer(channel, new ProducerOptions { Wait = WaitMode.Spin });
        Consumer<long> consumer = distance.Far.OpenConsumer(channel, new ConsumerOptions { Wait = WaitMode.Spin });
        Task sending = Background.Run(() =>
        {
            for (long i = 0; i < Count; i++)
            {
                producer.Send(i);
            }
        });
        await Background.Run(() =>
        {
            for (long i = 0; i < Count; i++)
            {
                Assert.Equal(i, consumer.Receive(Patience.Token));
            }
        }).Within();
        await sending.Within();

        // A wait that spins can be interrupted like any other.
        Assert.False(await Background.Run(() => consumer.TryReceive(out _, Patience.Moment)).Within());
        using var source = new CancellationTokenSource(Patience.Moment);
        Assert.IsType<OperationCanceledException>(await Background.Run(() => consumer.Receive(source.Token)).Outcome(), exactMatch: false);
        Task<long> waiting = Background.Run(() => consumer.Receive());
        await waiting.StaysPending();
        await Background.Run(consumer.Dispose).Within();
        Assert.IsType<ObjectDisposedException>(await waiting.Outcome());
    }
}
