using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Messages that are bytes, awaited: sent from a buffer of the sender's own, read where they lie.</summary>
internal sealed class ViaductBytesAsyncEnd : IAsyncEnd<Lease<ReadOnlyMemory<byte>>>
{
    private readonly Producer<ReadOnlyMemory<byte>> _producer;
    private readonly Consumer<ReadOnlyMemory<byte>> _consumer;
    private readonly byte[] _outgoing;
    private readonly Content _content;
    private byte _sequence;
    private long _sum;

    public ViaductBytesAsyncEnd(ViaductEnds<ReadOnlyMemory<byte>> ends, int size, Content content)
    {
        _producer = ends.Producer;
        _consumer = ends.Consumer;
        _outgoing = new byte[size];
        _content = content;
    }

    public ValueTask SendAsync()
    {
        _content.Fill(_outgoing, _sequence++);
        return _producer.SendAsync(_outgoing);
    }

    public ValueTask<Lease<ReadOnlyMemory<byte>>> ReceiveAsync() => _consumer.ReceiveLeaseAsync();

    public void Take(in Lease<ReadOnlyMemory<byte>> received)
    {
        _sum += _content.Look(received.Value.Span);
        received.Dispose();
    }
}
