using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Messages that are bytes, awaited: sent from a buffer of the sender's own, read where they lie.</summary>
internal sealed class ViaductBytesAsyncEnd : IAsyncEnd<Lease<ReadOnlyMemory<byte>>>
{
    private readonly Producer<ReadOnlyMemory<byte>> _producer;
    private readonly Consumer<ReadOnlyMemory<byte>> _consumer;
    private readonly byte[] _outgoing;
    private long _sum;

    public ViaductBytesAsyncEnd(ViaductEnds<ReadOnlyMemory<byte>> ends, int size)
    {
        _producer = ends.Producer;
        _consumer = ends.Consumer;
        _outgoing = new byte[size];
    }

    public ValueTask SendAsync()
    {
        _outgoing[0]++;
        return _producer.SendAsync(_outgoing);
    }

    public ValueTask<Lease<ReadOnlyMemory<byte>>> ReceiveAsync() => _consumer.ReceiveLeaseAsync();

    public void Take(in Lease<ReadOnlyMemory<byte>> received)
    {
        _sum += CacheLines.Touch(received.Value.Span);
        received.Dispose();
    }
}
