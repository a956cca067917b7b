using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Messages that are structs, with blocking calls.</summary>
internal struct ViaductStructEnd<T> : IEnd
    where T : unmanaged, IMessage<T>
{
    private readonly Producer<T> _producer;
    private readonly Consumer<T> _consumer;
    private long _sequence;
    private long _sum;

    public ViaductStructEnd(ViaductEnds<T> ends)
    {
        _producer = ends.Producer;
        _consumer = ends.Consumer;
    }

    public void Send() => _producer.Send(T.Create(_sequence++));

    public void Receive() => _sum += T.Read(_consumer.Receive());
}
