using System.Diagnostics;

namespace Viaduct.Links;

/// <summary>
/// How long a receiver is at calls that are work for it. Once a call was answered it counts from when it went out, also where it had to wait over there; one that is not, from then on or from the
/// last answer, and only where it is known to be begun. Guarded by the gate of the outbox.
/// </summary>
/// <param name="underWay">Work that went out before.</param>
internal sealed class WorkTime(int underWay)
{
    private int _underWay = underWay;

    /// <summary>Where what is under way begins to count.</summary>
    private long _mark = Stopwatch.GetTimestamp();

    /// <summary>What lies before that, in ticks of <see cref="Stopwatch"/>.</summary>
    private long _spent;

    /// <summary>Work goes out.</summary>
    public void Begin()
    {
        if (_underWay++ == 0)
        {
            _mark = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Work is done.</summary>
    public void End()
    {
        long now = Stopwatch.GetTimestamp();
        _spent += now - _mark;
        _mark = now;
        _underWay--;
    }

    /// <summary>How long it was until now.</summary>
    /// <param name="isNow">Whether some is known to be under way over there.</param>
    public TimeSpan Spent(bool isNow) => Stopwatch.GetElapsedTime(0, _spent + (isNow ? Stopwatch.GetTimestamp() - _mark : 0));
}
