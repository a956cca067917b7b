using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Side B of a fan-out: all subscribers, asked one after the other, so that none ever sleeps and none has to be woken.</summary>
internal sealed class ViaductSubscribersSide : Side
{
    /// <summary>What one subscriber takes before the next one is asked.</summary>
    private const int Turn = 16;

    private readonly Subscriber<Message64>[] _subscribers;
    private readonly long[] _left;
    private readonly ViaductEnds<Message8> _turns;
    private long _sum;

    public ViaductSubscribersSide(Subscriber<Message64>[] subscribers, ViaductEnds<Message8> turns)
        : base(Role.B)
    {
        _subscribers = subscribers;
        _left = new long[subscribers.Length];
        _turns = turns;
    }

    public override void Dispose()
    {
        _turns.Dispose();
        foreach (Subscriber<Message64> subscriber in _subscribers)
        {
            subscriber.Dispose();
        }
    }

    protected override void Drain(long count)
    {
        for (long burst = ViaductFanOut.Bursts(count); burst > 0; burst--)
        {
            _turns.Consumer.Receive();
            Array.Fill(_left, ViaductFanOut.Burst);
            for (int ready = 0; ready < _subscribers.Length;)
            {
                ready = 0;
                for (int i = 0; i < _subscribers.Length; i++)
                {
                    Take(i);
                    ready += _left[i] == 0 ? 1 : 0;
                }
            }

            _turns.Producer.Send(default);
        }
    }

    protected override void Ping(long count, int batch, bool pausing) => throw new NotSupportedException();

    protected override void Echo(long count) => throw new NotSupportedException();

    protected override void Stream(long count) => throw new NotSupportedException();

    private void Take(int index)
    {
        for (int i = 0; i < Turn && _left[index] > 0 && _subscribers[index].TryReceive(out Message64 message); i++)
        {
            _sum += Message64.Read(message);
            _left[index]--;
        }
    }
}
