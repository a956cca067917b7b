using Viaduct.Tests.Support;

namespace Viaduct.Tests.Awaiting;

/// <summary>What a program does where it goes on after it was woken is its own affair.</summary>
[Collection(Collections.Alone)]
public sealed class BlockingTests : IAsyncDisposable
{
    private readonly Distance _distance = new(DistanceKind.SharedMemory);

    public ValueTask DisposeAsync() => _distance.DisposeAsync();

    [Fact]
    public async Task Programs_that_block_where_they_were_woken_keep_nobody_else_from_being_woken()
    {
        using var release = new ManualResetEventSlim();
        var blocked = new List<Task>();
        for (int i = 0; i < 4; i++)
        {
            (Producer<long> producer, Consumer<long> consumer) = await Pair($"blocked-{i}");
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            blocked.Add(WakeUpAndBlock(consumer, reached, release));
            Assert.False(reached.Task.IsCompleted);
            producer.Send(i);
            await reached.Task.Within();
        }

        (Producer<long> last, Consumer<long> free) = await Pair("free");
        for (int i = 0; i < 100; i++)
        {
            ValueTask<long> receive = free.ReceiveAsync();
            Assert.False(receive.IsCompleted);
            last.Send(i);
            Assert.Equal(i, await receive.AsTask().Within());
        }

        release.Set();
        await Task.WhenAll(blocked).Within();
    }

    [Fact]
    public async Task Nodes_are_disposed_where_a_program_was_woken()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair("events");
        Task disposed = WakeUpAndDispose(consumer, _distance.Far);
        Assert.False(disposed.IsCompleted);
        producer.Send(1);
        await disposed.Within();
        await Waiting.Until(() => producer.Peers.Count == 0);
    }

    private static async Task WakeUpAndBlock(Consumer<long> consumer, TaskCompletionSource reached, ManualResetEventSlim release)
    {
        await consumer.ReceiveAsync().ConfigureAwait(false);
        reached.SetResult();
        Assert.True(release.Wait(Patience.Limit));
    }

    private static async Task WakeUpAndDispose(Consumer<long> consumer, Node node)
    {
        await consumer.ReceiveAsync().ConfigureAwait(false);
        node.Dispose();
    }

    private async Task<(Producer<long> Producer, Consumer<long> Consumer)> Pair(string name)
    {
        var channel = new ChannelSpec<long>(name) { Context = _distance.Context };
        return await _distance.OpenPair(channel);
    }
}
