using System.Threading.Channels;
using Viaduct.Links;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Adapters;

/// <summary>Sockets behave as channels and pipes do, whatever lies between.</summary>
public abstract partial class AdapterSuite(DistanceKind kind) : IAsyncLifetime
{
    protected Distance Distance { get; } = new(kind);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Distance.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_program_of_channels_runs_over_sockets()
    {
        (ChannelWriter<long> writer, ChannelReader<long> reader, _, _) = await OpenChannel(capacity: 3);
        Task writing = Background.Run(async () =>
        {
            for (long i = 0; i < 500; i++)
            {
                await writer.WriteAsync(i, Patience.Token);
            }

            writer.Complete();
        }).Unwrap();

        var read = new List<long>();
        await foreach (long item in reader.ReadAllAsync(Patience.Token))
        {
            read.Add(item);
        }

        await writing.Within();
        await reader.Completion.Within();
        Assert.Equal(Enumerable.Range(0, 500).Select(i => (long)i), read);
        Assert.False(await reader.WaitToReadAsync(Patience.Token));
        Assert.False(reader.TryRead(out _));
        Assert.Null((await Assert.ThrowsAsync<ChannelClosedException>(() => reader.ReadAsync().AsTask())).InnerException);
    }

    [Fact]
    public async Task A_full_channel_keeps_its_writer_waiting()
    {
        (ChannelWriter<long> writer, ChannelReader<long> reader, _, _) = await OpenChannel(capacity: 2);
        Assert.True(writer.TryWrite(1));
        Assert.True(await writer.WaitToWriteAsync(Patience.Token));
        Assert.True(writer.TryWrite(2));
        Assert.False(writer.TryWrite(3));
        Task<bool> room = writer.WaitToWriteAsync(Patience.Token).AsTask();
        await room.StaysPending();

        Assert.Equal(1, await reader.ReadAsync(Patience.Token).AsTask().Within());

        Assert.True(await room.Within());
        Assert.True(writer.TryWrite(3));
        Task write = writer.WriteAsync(4, Patience.Token).AsTask();
        await write.StaysPending();
        Assert.Equal(2, await reader.ReadAsync(Patience.Token).AsTask().Within());
        await write.Within();
    }

    [Fact]
    public async Task A_completed_writer_writes_no_more()
    {
        (ChannelWriter<long> writer, ChannelReader<long> reader, _, _) = await OpenChannel(capacity: 2);
        Assert.True(writer.TryWrite(1));
        Task<bool> end = WaitForTheEnd(reader);
        Assert.True(writer.TryComplete());
        Assert.False(writer.TryComplete());
        Assert.False(writer.TryWrite(2));
        Assert.False(await writer.WaitToWriteAsync(Patience.Token));
        await Assert.ThrowsAsync<ChannelClosedException>(() => writer.WriteAsync(2).AsTask());
        Assert.False(await end.Within());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Completion_comes_without_another_read(int messages)
    {
        (ChannelWriter<long> writer, ChannelReader<long> reader, _, _) = await OpenChannel(capacity: 8);
        Task completion = reader.Completion;
        for (int i = 0; i < messages; i++)
        {
            await writer.WriteAsync(i, Patience.Token);
        }

        for (int i = 0; i < messages; i++)
        {
            Assert.Equal(i, await reader.ReadAsync(Patience.Token).AsTask().Within());
        }

        await completion.StaysPending();
        writer.Complete();
        await completion.Within();
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public async Task Asking_for_the_completion_has_nobody_woken_while_there_is_something_to_read()
    {
        (ChannelWriter<long> writer, ChannelReader<long> reader, _, Consumer<long> consumer) = await OpenChannel(capacity: 4);
        Task completion = reader.Completion;
        Assert.True(consumer.Inbox.WaitPoint.HasAwaiters);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(writer.TryWrite(1));
            Assert.True(writer.TryWrite(2));
            await Waiting.Until(() => !consumer.Inbox.WaitPoint.HasAwaiters);

            // Between machines the second may come later, and is there before the first is read.
            Assert.Equal(TakeStatus.Taken, consumer.Inbox.TryTake(lease: true, out Received<long> first));
            await Waiting.Until(consumer.IsReady);
            consumer.Inbox.OfferAgain(first);
            Assert.True(reader.TryRead(out _));
            Assert.False(consumer.Inbox.WaitPoint.HasAwaiters);
            await Waiting.Until(() => reader.TryRead(out _));
            await Waiting.Until(() => consumer.Inbox.WaitPoint.HasAwaiters);
        }

        writer.Complete();
        await completion.Within();
    }

    [Fact]
    public async Task Completion_waits_until_all_is_read()
    {
        (ChannelWriter<long> writer, ChannelReader<long> reader, _, _) = await OpenChannel(capacity: 8);
        Assert.True(writer.TryWrite(1));
        writer.Complete();
        Task completion = reader.Completion;
        await completion.StaysPending();
        Assert.Equal(1, await reader.ReadAsync(Patience.Token).AsTask().Within());
        await completion.Within();
    }

    [Fact]
    public async Task An_error_of_the_writer_is_the_readers_after_all_was_read()
    {
        (ChannelWriter<long> writer, ChannelReader<long> reader, _, _) = await OpenChannel(capacity: 8);
        Assert.True(writer.TryWrite(1) && writer.TryWrite(2));
        writer.Complete(new InvalidDataException("the source broke"));

        Assert.Equal(1, await reader.ReadAsync(Patience.Token).AsTask().Within());
        Assert.Equal(2, await reader.ReadAsync(Patience.Token).AsTask().Within());
        ChannelClosedException closed = await Assert.ThrowsAsync<ChannelClosedException>(() => reader.ReadAsync(Patience.Token).AsTask().Within());
        Assert.Contains("the source broke", Assert.IsType<PeerLostException>(closed.InnerException).Message, StringComparison.Ordinal);
        Assert.IsType<PeerLostException>(await reader.Completion.Outcome());
        Assert.IsType<PeerLostException>(await Record.ExceptionAsync(() => reader.WaitToReadAsync().AsTask()));
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public async Task A_waiting_reader_ends_by_cancellation_and_by_disposal()
    {
        (_, ChannelReader<long> reader, _, Consumer<long> consumer) = await OpenChannel(capacity: 8);
        using var source = new CancellationTokenSource();
        Task<bool> wait = reader.WaitToReadAsync(source.Token).AsTask();
        await wait.StaysPending();
        await source.CancelAsync();
        Assert.IsAssignableFrom<OperationCanceledException>(await wait.Outcome());

        Task read = reader.ReadAsync().AsTask();
        await read.StaysPending();
        await Background.Run(consumer.Dispose).Within();
        Assert.IsType<ObjectDisposedException>(Assert.IsType<ChannelClosedException>(await read.Outcome()).InnerException);
        Assert.IsType<ObjectDisposedException>(await reader.Completion.Outcome());
    }

    private async Task<(ChannelWriter<long> Writer, ChannelReader<long> Reader, Producer<long> Producer, Consumer<long> Consumer)> OpenChannel(int capacity)
    {
        var channel = new ChannelSpec<long>("numbers") { Capacity = capacity, Context = Distance.Context };
        (Producer<long> producer, Consumer<long> consumer) = await Distance.OpenPair(channel);
        return (producer.AsChannelWriter(), consumer.AsChannelReader(), producer, consumer);
    }
}
