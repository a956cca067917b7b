using System.Diagnostics;

namespace Viaduct.Benchmarks.Worker;

/// <summary>The loops over calls that block or spin.</summary>
internal class SyncSide<TEnd> : Side
    where TEnd : struct, IEnd
{
    private readonly IDisposable _owner;
    private TEnd _end;

    public SyncSide(Role role, TEnd end, IDisposable owner)
        : base(role)
    {
        _end = end;
        _owner = owner;
    }

    public override void Dispose() => _owner.Dispose();

    protected override void Ping(long count, int batch, bool pausing)
    {
        TEnd end = _end;
        Histogram roundTrips = RoundTrips;
        end.Send();
        end.Receive();
        long last = Stopwatch.GetTimestamp();
        Started = last;
        for (long left = count; left > 0; left -= batch)
        {
            if (pausing)
            {
                last = Pause();
            }

            for (int i = 0; i < batch; i++)
            {
                end.Send();
                end.Receive();
            }

            long now = Stopwatch.GetTimestamp();
            roundTrips.Record(now - last);
            last = now;
        }

        _end = end;
    }

    protected override void Echo(long count)
    {
        TEnd end = _end;
        for (long left = count + 1; left > 0; left--)
        {
            end.Receive();
            end.Send();
        }

        _end = end;
    }

    protected override void Stream(long count)
    {
        TEnd end = _end;
        end.Send();
        end.Receive();
        Started = Stopwatch.GetTimestamp();
        for (long left = count; left > 0; left--)
        {
            end.Send();
        }

        _end = end;
    }

    protected override void Drain(long count)
    {
        TEnd end = _end;
        end.Receive();
        end.Send();
        for (long left = count; left > 0; left--)
        {
            end.Receive();
        }

        _end = end;
    }
}
