using System.Diagnostics;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <summary>The token of an awaited call: its caller's own, or where the call has a deadline one that ends by that too.</summary>
internal readonly struct CallTimer : IDisposable
{
    /// <summary>One that nobody uses now.</summary>
    [ThreadStatic]
    private static CancellationTokenSource? t_spare;

    private readonly CancellationTokenSource? _source;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenRegistration _registration;

    private CallTimer(CancellationTokenSource? source, CancellationToken caller)
    {
        _source = source;
        _caller = caller;
        _registration = source is null ? default : caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
    }

    /// <summary>Ends the wait.</summary>
    public CancellationToken Token => _source?.Token ?? _caller;

    /// <summary>The longest that a timer takes; nobody will notice.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(40);

    /// <summary>A time as timers take it.</summary>
    public static TimeSpan Bounded(TimeSpan remaining) => remaining < TimeSpan.Zero ? TimeSpan.Zero : remaining > s_longest ? s_longest : remaining;

    /// <summary>Begins to count; a call without a deadline costs nothing here.</summary>
    public static CallTimer Start(long deadline, CancellationToken caller)
    {
        if (deadline == long.MaxValue)
        {
            return new CallTimer(null, caller);
        }

        TimeSpan remaining = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadline);
        CancellationTokenSource source = t_spare ?? new CancellationTokenSource();
        t_spare = null;
        source.CancelAfter(Bounded(remaining));
        return new CallTimer(source, caller);
    }

    /// <summary>Whether a wait that was cancelled was so because its time was over.</summary>
    public bool IsTooLate(WaitResult result) => result == WaitResult.Canceled && _source is { IsCancellationRequested: true } && !_caller.IsCancellationRequested;

    /// <summary>The call is over: nobody waits with the token any more.</summary>
    public void Dispose()
    {
        if (_source is null)
        {
            return;
        }

        // Waits for a cancellation that goes on just now: afterwards nobody touches the source.
        _registration.Dispose();
        if (_source.TryReset())
        {
            t_spare = _source;
        }
        else
        {
            _source.Dispose();
        }
    }
}
