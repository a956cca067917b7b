using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Messages that are bytes, with blocking calls: sent from a buffer of the sender's own, read where they lie.</summary>
internal struct ViaductBytesEnd : IEnd
{
    private readonly Producer<ReadOnlyMemory<byte>> _producer;
    private readonly Consumer<ReadOnlyMemory<byte>> _consumer;
    private readonly byte[] _outgoing;
    private long _sum;

    public ViaductBytesEnd(ViaductEnds<ReadOnlyMemory<byte>> ends, int size)
    {
        _producer = ends.Producer;
        _consumer = ends.Consumer;
        _outgoing = new byte[size];
    }

    public void Send()
    {
        // Sending copies all of it, so every byte that the receiver may look at is written anew.
        _outgoing[0]++;
        _producer.Send(_outgoing.AsSpan());
    }

    public void Receive()
    {
        using Lease<ReadOnlyMemory<byte>> lease = _consumer.ReceiveLease();
        _sum += CacheLines.Touch(lease.Value.Span);
    }
}
