using System.Diagnostics;
using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>A stream of structs that are sent and received many at a time.</summary>
internal sealed class ViaductBatchSide<T> : Side
    where T : unmanaged, IMessage<T>
{
    private const int Batch = 64;

    private readonly ViaductEnds<T> _ends;
    private readonly T[] _messages = new T[Batch];
    private long _sequence;
    private long _sum;

    public ViaductBatchSide(Role role, ViaductEnds<T> ends)
        : base(role)
    {
        _ends = ends;
    }

    public override void Dispose() => _ends.Dispose();

    protected override void Stream(long count)
    {
        _ends.Producer.Send(T.Create(_sequence++));
        _sum += T.Read(_ends.Consumer.Receive());
        Started = Stopwatch.GetTimestamp();
        for (long left = count; left > 0;)
        {
            Span<T> batch = _messages.AsSpan(0, (int)Math.Min(left, Batch));
            for (int i = 0; i < batch.Length; i++)
            {
                batch[i] = T.Create(_sequence++);
            }

            _ends.Producer.SendMany(batch);
            left -= batch.Length;
        }
    }

    protected override void Drain(long count)
    {
        _sum += T.Read(_ends.Consumer.Receive());
        _ends.Producer.Send(T.Create(_sequence++));
        for (long left = count; left > 0;)
        {
            int received = _ends.Consumer.ReceiveMany(_messages.AsSpan(0, (int)Math.Min(left, Batch)));
            for (int i = 0; i < received; i++)
            {
                _sum += T.Read(in _messages[i]);
            }

            left -= received;
        }
    }

    protected override void Ping(long count, int batch, bool pausing) => throw new NotSupportedException();

    protected override void Echo(long count) => throw new NotSupportedException();
}
