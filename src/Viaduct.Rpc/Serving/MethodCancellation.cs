using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Viaduct.Rpc;

/// <summary>What a method looks at that is to end early: cancelled for its caller, by its deadline, or with the service, and always by its server, which knows then what that sets off.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a wait handle needs no disposal, and a stream goes on with its token.")]
internal sealed class MethodCancellation
{
    private readonly CancellationTokenSource _source = new();

    /// <summary>Cancelled when the time is over; null before the first call with a deadline. Not the method's own: what a timer cancels runs its callbacks unseen.</summary>
    private CancellationTokenSource? _time;

    /// <summary>Whose method it is; null between calls.</summary>
    private CallServer? _server;

    /// <summary>Whether it is cancelled, or about to be: the caller's wish and the end of the time may come together.</summary>
    private bool _isCanceled;

    /// <summary>The method's.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether it was cancelled.</summary>
    public bool IsCancellationRequested => _source.IsCancellationRequested;

    /// <summary>A call begins that looks at it.</summary>
    /// <param name="server">Whose it is.</param>
    /// <param name="deadline">By when it must be over, as a timestamp; <see cref="long.MaxValue"/> = whenever.</param>
    public void Begin(CallServer server, long deadline)
    {
        _server = server;
        if (deadline != long.MaxValue)
        {
            _time ??= new CancellationTokenSource();
            _time.Token.UnsafeRegister(static cancellation => ((MethodCancellation)cancellation!).Cancel(), this);
            _time.CancelAfter(CallTimer.Bounded(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadline)));
        }
    }

    /// <summary>Cancels the method, at once; the callbacks run elsewhere.</summary>
    public void Cancel()
    {
        if (!Interlocked.Exchange(ref _isCanceled, true))
        {
            _server!.Cancel(_source);
        }
    }

    /// <summary>The call is over, and nobody cancels it any more. False where it was cancelled, or its time is over just now: another call needs another one.</summary>
    public bool TryReset()
    {
        if (_time?.TryReset() == false || !_source.TryReset())
        {
            return false;
        }

        _server = null;
        return true;
    }
}
