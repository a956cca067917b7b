using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>
/// Several producers of one channel, sent through in turn, or several consumers, each of which is asked until it has nothing more; the other way there is one of each.
/// </summary>
internal struct ViaductManyEnd<T> : IEnd
    where T : unmanaged, IMessage<T>
{
    private readonly Producer<T>[] _producers;
    private readonly Consumer<T>[] _consumers;
    private int _sending;
    private int _receiving;
    private long _sequence;
    private long _sum;

    public ViaductManyEnd(ViaductMany<T> sockets)
    {
        _producers = sockets.Producers;
        _consumers = sockets.Consumers;
    }

    public void Send()
    {
        _producers[_sending].Send(T.Create(_sequence++));
        _sending = _sending + 1 < _producers.Length ? _sending + 1 : 0;
    }

    public void Receive()
    {
        if (_consumers.Length == 1)
        {
            _sum += T.Read(_consumers[0].Receive());
            return;
        }

        T message;
        while (!_consumers[_receiving].TryReceive(out message))
        {
            _receiving = _receiving + 1 < _consumers.Length ? _receiving + 1 : 0;
        }

        _sum += T.Read(message);
    }
}
