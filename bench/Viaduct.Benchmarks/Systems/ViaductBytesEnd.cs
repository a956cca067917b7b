using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Messages that are bytes, with blocking calls: sent from a buffer of the sender's own, read where they lie.</summary>
internal struct ViaductBytesEnd : IEnd
{
    private readonly Producer<ReadOnlyMemory<byte>> _producer;
    private readonly Consumer<ReadOnlyMemory<byte>> _consumer;
    private readonly byte[] _outgoing;
    private readonly Content _content;
    private byte _sequence;
    private long _sum;

    public ViaductBytesEnd(ViaductEnds<ReadOnlyMemory<byte>> ends, int size, Content content)
    {
        _producer = ends.Producer;
        _consumer = ends.Consumer;
        _outgoing = new byte[size];
        _content = content;
    }

    public void Send()
    {
        _content.Fill(_outgoing, _sequence++);
        _producer.Send(_outgoing.AsSpan());
    }

    public void Receive()
    {
        using Lease<ReadOnlyMemory<byte>> lease = _consumer.ReceiveLease();
        _sum += _content.Look(lease.Value.Span);
    }
}
