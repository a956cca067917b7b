using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Several producers of one channel, sent through in turn; the other way there is one.</summary>
internal struct ViaductFanInEnd<T> : IEnd
    where T : unmanaged, IMessage<T>
{
    private readonly Producer<T>[] _producers;
    private readonly Consumer<T> _consumer;
    private int _next;
    private long _sequence;
    private long _sum;

    public ViaductFanInEnd(Producer<T>[] producers, Consumer<T> consumer)
    {
        _producers = producers;
        _consumer = consumer;
    }

    public void Send()
    {
        _producers[_next].Send(T.Create(_sequence++));
        _next = _next + 1 < _producers.Length ? _next + 1 : 0;
    }

    public void Receive() => _sum += T.Read(_consumer.Receive());
}
