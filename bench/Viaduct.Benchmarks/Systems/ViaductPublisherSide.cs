using System.Diagnostics;
using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Side A of a fan-out: publishes bursts and times each.</summary>
internal sealed class ViaductPublisherSide : Side
{
    private readonly Publisher<Message64> _publisher;
    private readonly ViaductEnds<Message8> _turns;
    private long _sequence;

    public ViaductPublisherSide(Publisher<Message64> publisher, ViaductEnds<Message8> turns)
        : base(Role.A)
    {
        _publisher = publisher;
        _turns = turns;
    }

    public override void Dispose()
    {
        _publisher.Dispose();
        _turns.Dispose();
    }

    protected override void Stream(long count)
    {
        Histogram bursts = RoundTrips;
        Started = Stopwatch.GetTimestamp();
        for (long left = ViaductFanOut.Bursts(count); left > 0; left--)
        {
            long began = Stopwatch.GetTimestamp();
            for (int i = 0; i < ViaductFanOut.Burst; i++)
            {
                _publisher.Send(Message64.Create(_sequence++));
            }

            bursts.Record(Stopwatch.GetTimestamp() - began);
            _turns.Producer.Send(default);
            _turns.Consumer.Receive();
        }
    }

    protected override void Ping(long count, int batch, bool pausing) => throw new NotSupportedException();

    protected override void Echo(long count) => throw new NotSupportedException();

    protected override void Drain(long count) => throw new NotSupportedException();
}
