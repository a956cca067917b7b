using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Adapters;

public abstract partial class AdapterSuite
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    public async Task Lines_are_parsed_wherever_messages_begin(int capacity)
    {
        (PipeWriter writer, PipeReader reader, _, _) = await OpenPipe(capacity);
        string[] lines = [.. Enumerable.Range(0, 300).Select(i => new string((char)('a' + (i % 26)), (i * 7) % 90))];
        Task writing = Background.Run(async () =>
        {
            byte[] text = Encoding.ASCII.GetBytes(string.Concat(lines.Select(line => line + '\n')));
            var random = new Random(1);
            for (int at = 0; at < text.Length;)
            {
                int length = Math.Min(random.Next(1, 60), text.Length - at);
                text.AsSpan(at, length).CopyTo(writer.GetSpan(length));
                writer.Advance(length);
                await writer.FlushAsync(Patience.Token);
                at += length;
            }

            await writer.CompleteAsync();
        }).Unwrap();

        var parsed = new List<string>();
        while (true)
        {
            ReadResult result = await reader.ReadAsync(Patience.Token).AsTask().Within();
            ReadOnlySequence<byte> rest = result.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                parsed.Add(Encoding.ASCII.GetString(rest.Slice(0, end)));
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            reader.AdvanceTo(rest.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                Assert.True(rest.IsEmpty);
                break;
            }
        }

        await writing.Within();
        Assert.Equal(lines, parsed);
        reader.Complete();
    }

    [Fact]
    public async Task A_flush_waits_for_room_and_a_message_is_consumed_with_its_last_byte()
    {
        (PipeWriter writer, PipeReader reader, Producer<ReadOnlyMemory<byte>> producer, _) = await OpenPipe(capacity: 1);
        await writer.WriteAsync(new byte[] { 1, 2, 3 }, Patience.Token).AsTask().Within();
        Task<FlushResult> second = writer.WriteAsync(new byte[] { 4, 5 }, Patience.Token).AsTask();
        await second.StaysPending();

        ReadResult result = await reader.ReadAsync(Patience.Token).AsTask().Within();
        Assert.Equal([1, 2, 3], result.Buffer.ToArray());
        reader.AdvanceTo(result.Buffer.GetPosition(2));
        await second.StaysPending();
        Assert.Equal(1, producer.Counters.Outstanding);
        Assert.True(reader.TryRead(out result));
        Assert.Equal([3], result.Buffer.ToArray());
        reader.AdvanceTo(result.Buffer.End);

        Assert.False((await second.Within()).IsCompleted);
        result = await reader.ReadAsync(Patience.Token).AsTask().Within();
        Assert.Equal([4, 5], result.Buffer.ToArray());
        reader.AdvanceTo(result.Buffer.End);
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public async Task Who_needs_more_than_the_capacity_to_go_on_gets_it()
    {
        (PipeWriter writer, PipeReader reader, _, _) = await OpenPipe(capacity: 2);
        Task writing = Background.Run(async () =>
        {
            for (byte i = 0; i < 20; i++)
            {
                await writer.WriteAsync(new[] { i }, Patience.Token);
            }
        }).Unwrap();

        ReadResult result;
        while ((result = await reader.ReadAsync(Patience.Token).AsTask().Within()).Buffer.Length < 20)
        {
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => (byte)i), result.Buffer.ToArray());
        reader.AdvanceTo(result.Buffer.End);
        await writing.Within();
    }

    [Fact]
    public async Task A_large_flush_is_several_messages()
    {
        (PipeWriter writer, PipeReader reader, Producer<ReadOnlyMemory<byte>> producer, _) = await OpenPipe(capacity: 8, largest: 1000);
        byte[] bytes = [.. Enumerable.Range(0, 4500).Select(i => (byte)i)];
        bytes.CopyTo(writer.GetMemory(bytes.Length));
        writer.Advance(bytes.Length);
        Assert.Equal(bytes.Length, writer.UnflushedBytes);
        await writer.FlushAsync(Patience.Token).AsTask().Within();
        Assert.Equal(0, writer.UnflushedBytes);
        Assert.Equal(5, producer.Counters.Sent);

        ReadResult result = await reader.ReadAtLeastAsync(bytes.Length, Patience.Token).AsTask().Within();
        Assert.Equal(bytes, result.Buffer.ToArray());
        reader.AdvanceTo(result.Buffer.End);
    }

    [Fact]
    public async Task Pending_reads_and_flushes_can_be_cancelled_in_both_ways()
    {
        (PipeWriter writer, PipeReader reader, _, _) = await OpenPipe(capacity: 1);
        Task<ReadResult> read = reader.ReadAsync(Patience.Token).AsTask();
        await read.StaysPending();
        reader.CancelPendingRead();
        Assert.True((await read.Within()).IsCanceled);
        using var source = new CancellationTokenSource();
        read = reader.ReadAsync(source.Token).AsTask();
        await source.CancelAsync();
        Assert.IsAssignableFrom<OperationCanceledException>(await read.Outcome());
        reader.CancelPendingRead();
        Assert.True((await reader.ReadAsync(Patience.Token)).IsCanceled);

        await writer.WriteAsync(new byte[] { 1 }, Patience.Token).AsTask().Within();
        Task<FlushResult> flush = writer.WriteAsync(new byte[] { 2 }, Patience.Token).AsTask();
        await flush.StaysPending();
        writer.CancelPendingFlush();
        Assert.True((await flush.Within()).IsCanceled);
        Assert.Equal(1, writer.UnflushedBytes);
        using var other = new CancellationTokenSource();
        flush = writer.FlushAsync(other.Token).AsTask();
        await other.CancelAsync();
        Assert.IsAssignableFrom<OperationCanceledException>(await flush.Outcome());

        // What was cancelled was not lost.
        ReadResult result = await reader.ReadAsync(Patience.Token).AsTask().Within();
        reader.AdvanceTo(result.Buffer.End);
        await writer.FlushAsync(Patience.Token).AsTask().Within();
        result = await reader.ReadAsync(Patience.Token).AsTask().Within();
        Assert.Equal([2], result.Buffer.ToArray());
        reader.AdvanceTo(result.Buffer.End);
    }

    [Fact]
    public async Task What_a_cancelled_flush_of_a_rendezvous_did_not_send_the_next_one_sends()
    {
        (PipeWriter writer, PipeReader reader, _, _) = await OpenPipe(capacity: 0, largest: 2);
        Task<FlushResult> flush = writer.WriteAsync(new byte[] { 1, 2, 3, 4, 5 }, Patience.Token).AsTask();
        ReadResult result = await reader.ReadAsync(Patience.Token).AsTask().Within();
        Assert.Equal([1, 2], result.Buffer.ToArray());
        reader.AdvanceTo(result.Buffer.End);
        await flush.StaysPending();
        writer.CancelPendingFlush();
        Assert.True((await flush.Within()).IsCanceled);
        Assert.Equal(3, writer.UnflushedBytes);

        using var source = new CancellationTokenSource();
        flush = writer.FlushAsync(source.Token).AsTask();
        await flush.StaysPending();
        await source.CancelAsync();
        Assert.Equal(source.Token, Assert.IsAssignableFrom<OperationCanceledException>(await flush.Outcome()).CancellationToken);
        Assert.Equal(3, writer.UnflushedBytes);

        writer.CancelPendingFlush();
        Assert.True((await writer.FlushAsync(Patience.Token).AsTask().Within()).IsCanceled);
        Assert.Equal(3, writer.UnflushedBytes);
        flush = writer.FlushAsync(Patience.Token).AsTask();
        foreach (byte[] expected in new byte[][] { [3, 4], [5] })
        {
            result = await reader.ReadAsync(Patience.Token).AsTask().Within();
            Assert.Equal(expected, result.Buffer.ToArray());
            reader.AdvanceTo(result.Buffer.End);
        }

        Assert.False((await flush.Within()).IsCanceled);
        Assert.Equal(0, writer.UnflushedBytes);
        Assert.False(reader.TryRead(out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Messages_without_bytes_hide_none_that_lie_behind_them(int empty)
    {
        (_, PipeReader reader, Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await OpenPipe(capacity: 8);
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < empty; i++)
            {
                await producer.SendAsync(default, Patience.Token).Within();
            }

            await producer.SendAsync(new byte[] { (byte)round }, Patience.Token).Within();
            await Waiting.Until(consumer.IsReady);
            ReadResult result = await reader.ReadAsync(Patience.Token).AsTask().Within();
            Assert.Equal([(byte)round], result.Buffer.ToArray());
            reader.AdvanceTo(result.Buffer.End);
        }
    }

    [Fact]
    public async Task Bytes_are_not_written_where_no_message_may_have_any()
    {
        // Each flush would send empty messages without an end.
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => OpenPipe(capacity: 8, largest: 0));

        Assert.Contains("MaxMessageSize", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_writers_end_and_its_error_reach_the_reader()
    {
        (PipeWriter writer, PipeReader reader, _, _) = await OpenPipe(capacity: 8);
        writer.GetSpan(1)[0] = 7;
        writer.Advance(1);
        writer.Complete();
        ReadResult result = await reader.ReadAsync(Patience.Token).AsTask().Within();
        Assert.Equal([7], result.Buffer.ToArray());
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        result = await reader.ReadAsync(Patience.Token).AsTask().Within();
        Assert.True(result.IsCompleted);
        Assert.Equal([7], result.Buffer.ToArray());
        reader.AdvanceTo(result.Buffer.End);
        Assert.Throws<InvalidOperationException>(() => writer.GetMemory());
        reader.Complete();
        Assert.Throws<InvalidOperationException>(() => reader.TryRead(out _));

        (writer, reader, _, _) = await OpenPipe(capacity: 8, name: "failing");
        await writer.WriteAsync(new byte[] { 1 }, Patience.Token).AsTask().Within();
        writer.Complete(new InvalidDataException("no more of it"));
        result = await reader.ReadAsync(Patience.Token).AsTask().Within();
        reader.AdvanceTo(result.Buffer.End);
        Exception? error = await reader.ReadAsync(Patience.Token).AsTask().Outcome();
        Assert.Contains("no more of it", Assert.IsType<PeerLostException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_completed_reader_leaves_whole_messages_to_the_socket()
    {
        (PipeWriter writer, PipeReader reader, _, Consumer<ReadOnlyMemory<byte>> consumer) = await OpenPipe(capacity: 8);
        await writer.WriteAsync(new byte[] { 1, 2 }, Patience.Token).AsTask().Within();
        ReadResult result = await reader.ReadAsync(Patience.Token).AsTask().Within();
        reader.AdvanceTo(result.Buffer.GetPosition(1));
        reader.Complete();
        await writer.WriteAsync(new byte[] { 3 }, Patience.Token).AsTask().Within();

        PipeReader next = consumer.AsPipeReader();
        result = await next.ReadAsync(Patience.Token).AsTask().Within();
        Assert.Equal([3], result.Buffer.ToArray());
        next.AdvanceTo(result.Buffer.Start);
        next.Complete();
        Assert.Equal([3], (await consumer.ReceiveAsync(Patience.Token).AsTask().Within()).ToArray());
    }

    private async Task<(PipeWriter Writer, PipeReader Reader, Producer<ReadOnlyMemory<byte>> Producer, Consumer<ReadOnlyMemory<byte>> Consumer)> OpenPipe(
        int capacity, int largest = 1 << 20, string name = "bytes")
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>(name) { Capacity = capacity, MaxMessageSize = largest, Context = Distance.Context };
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Distance.OpenPair(channel);
        return (producer.AsPipeWriter(), consumer.AsPipeReader(), producer, consumer);
    }
}
