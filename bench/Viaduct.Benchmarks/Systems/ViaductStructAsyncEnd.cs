using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Messages that are structs, awaited.</summary>
internal sealed class ViaductStructAsyncEnd<T> : IAsyncEnd<T>
    where T : unmanaged, IMessage<T>
{
    private readonly Producer<T> _producer;
    private readonly Consumer<T> _consumer;
    private long _sequence;
    private long _sum;

    public ViaductStructAsyncEnd(ViaductEnds<T> ends)
    {
        _producer = ends.Producer;
        _consumer = ends.Consumer;
    }

    public ValueTask SendAsync() => _producer.SendAsync(T.Create(_sequence++));

    public ValueTask<T> ReceiveAsync() => _consumer.ReceiveAsync();

    public void Take(in T received) => _sum += T.Read(received);
}
