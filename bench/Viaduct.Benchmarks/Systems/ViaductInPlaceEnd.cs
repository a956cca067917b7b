using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Messages that are written in the channel's memory and read where they lie.</summary>
internal struct ViaductInPlaceEnd : IEnd
{
    private readonly Producer<ReadOnlyMemory<byte>> _producer;
    private readonly Consumer<ReadOnlyMemory<byte>> _consumer;
    private readonly int _size;
    private readonly Content _content;
    private byte _sequence;
    private long _sum;

    public ViaductInPlaceEnd(ViaductEnds<ReadOnlyMemory<byte>> ends, int size, Content content)
    {
        _producer = ends.Producer;
        _consumer = ends.Consumer;
        _size = size;
        _content = content;
    }

    public void Send()
    {
        using MessageWriter message = _producer.BeginMessage(_size);
        _content.Fill(message.GetSpan(_size)[.._size], _sequence++);
        message.Advance(_size);
        message.Send();
    }

    public void Receive()
    {
        using Lease<ReadOnlyMemory<byte>> lease = _consumer.ReceiveLease();
        _sum += _content.Look(lease.Value.Span);
    }
}
