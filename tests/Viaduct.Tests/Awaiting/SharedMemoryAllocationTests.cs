using System.IO.Pipelines;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Awaiting;

[Collection(Collections.Alone)]
public sealed class SharedMemoryAllocationTests() : AllocationSuite(DistanceKind.SharedMemory)
{
    private const int Length = 200;

    // In process each message is copied into an array of its own, so that there is something to be seen here only.
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Flushes_and_reads_of_pipes(bool waits, bool cancellable)
    {
        (PipeWriter writer, PipeReader reader) = await OpenPipe(capacity: 64);
        CancellationToken token = Token(cancellable);
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                ValueTask<ReadResult> read = waits ? reader.ReadAsync(token) : default;
                Assert.True(!waits || !read.IsCompleted);
                await Write(writer, token);
                ReadResult result = await (waits ? read : reader.ReadAsync(token));
                Assert.True(result.Buffer.Length == Length);
                reader.AdvanceTo(result.Buffer.End);
            }
        }).Within();
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public async Task Reads_of_several_messages_for_which_flushes_may_wait(int capacity, bool cancellable)
    {
        (PipeWriter writer, PipeReader reader) = await OpenPipe(capacity);
        CancellationToken token = Token(cancellable);
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                await Write(writer, token);
                ValueTask<FlushResult> flush = Write(writer, token);
                Assert.True(flush.IsCompleted == capacity > 1);
                ReadResult result = await reader.ReadAsync(token);
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                result = await reader.ReadAsync(token);
                await flush;
                Assert.True(result.Buffer.Length == 2 * Length);
                reader.AdvanceTo(result.Buffer.End);
            }
        }).Within();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Flushes_and_reads_of_a_rendezvous(bool cancellable)
    {
        (PipeWriter writer, PipeReader reader) = await OpenPipe(capacity: 0);
        CancellationToken token = Token(cancellable);
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                ValueTask<FlushResult> flush = Write(writer, token);
                Assert.False(flush.IsCompleted);
                ReadResult result = await reader.ReadAsync(token);
                await flush;
                Assert.True(result.Buffer.Length == Length);
                reader.AdvanceTo(result.Buffer.End);
            }
        }).Within();
    }

    private static ValueTask<FlushResult> Write(PipeWriter writer, CancellationToken token)
    {
        writer.GetSpan(Length)[..Length].Fill(1);
        writer.Advance(Length);
        return writer.FlushAsync(token);
    }

    private async Task<(PipeWriter Writer, PipeReader Reader)> OpenPipe(int capacity)
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) =
            await Distance.OpenPair(new ChannelSpec<ReadOnlyMemory<byte>>("pipe") { Capacity = capacity, Context = Distance.Context });
        return (producer.AsPipeWriter(), consumer.AsPipeReader());
    }
}
