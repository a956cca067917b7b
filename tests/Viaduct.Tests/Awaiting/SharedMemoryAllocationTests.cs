using System.IO.Pipelines;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Awaiting;

[Collection(Collections.Alone)]
public sealed class SharedMemoryAllocationTests() : AllocationSuite(DistanceKind.SharedMemory)
{
    // In process each message is copied into an array of its own, so that there is something to be seen here only. What waits takes an operation from the
    // runtime's pool, which each of the threads that take part may find empty: so neither flushes nor reads wait here.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Flushes_and_reads_of_pipes(bool cancellable)
    {
        (PipeWriter writer, PipeReader reader) = await OpenPipe(capacity: 64);
        CancellationToken token = Token(cancellable);
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                writer.GetSpan(200)[..200].Fill(1);
                writer.Advance(200);
                await writer.FlushAsync(token);
                ReadResult result = await reader.ReadAsync(token);
                Assert.True(result.Buffer.Length == 200);
                reader.AdvanceTo(result.Buffer.End);
            }
        }).Within();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reads_of_several_messages(bool cancellable)
    {
        (PipeWriter writer, PipeReader reader) = await OpenPipe(capacity: 2);
        CancellationToken token = Token(cancellable);
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                writer.GetSpan(200)[..200].Fill(1);
                writer.Advance(200);
                await writer.FlushAsync(token);
                writer.GetSpan(200)[..200].Fill(1);
                writer.Advance(200);
                await writer.FlushAsync(token);
                ReadResult result = await reader.ReadAsync(token);
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                result = await reader.ReadAsync(token);
                Assert.True(result.Buffer.Length == 400);
                reader.AdvanceTo(result.Buffer.End);
            }
        }).Within();
    }

    private async Task<(PipeWriter Writer, PipeReader Reader)> OpenPipe(int capacity)
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("pipe") { Capacity = capacity, Context = Distance.Context };
        Producer<ReadOnlyMemory<byte>> producer = Distance.Near.OpenProducer(channel);
        Consumer<ReadOnlyMemory<byte>> consumer = Distance.Far.OpenConsumer(channel);
        await producer.WaitForPeersAsync(1, Patience.Token).Within();
        await consumer.WaitForPeersAsync(1, Patience.Token).Within();
        return (producer.AsPipeWriter(), consumer.AsPipeReader());
    }
}
