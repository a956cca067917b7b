using System.Diagnostics;

namespace Viaduct.Links;

/// <content>Waits that look again and again, and what they pause for.</content>
internal abstract partial class WaitLoop
{
    /// <summary>A wait that is over within that time was short, in ticks of the clock: some 4 µs. It is read every 32 looks only.</summary>
    private static readonly long s_soon = Stopwatch.Frequency / 250_000;

    /// <summary>Who spins no longer than that lets nobody run ahead: the pause would be a good part of it.</summary>
    private static readonly long s_littleSpin = Stopwatch.Frequency / 50_000;

    /// <summary>Whether the last wait was over soon.</summary>
    private bool _wasShort;

    private RunAhead _runAhead = new();

    /// <summary>The next wait need not let the peer run ahead: that was done.</summary>
    private bool _hasLed;

    /// <summary>Lets the peer run ahead before a wait, or what may become one, if that brings more.</summary>
    protected void LetRunAhead()
    {
        _hasLed = true;
        if (!_isAlone && (_spins || Volatile.Read(ref _spin) > s_littleSpin) && _runAhead.Next(Progress, TimeProvider.System) is > 0 and var lead)
        {
            Thread.SpinWait(lead);
        }
    }

    private WaitResult? Spin<TAttempt>(ref TAttempt attempt, long deadline, CancellationToken cancellationToken)
        where TAttempt : IAttempt, allows ref struct
    {
        long budget = _spins ? long.MaxValue : Volatile.Read(ref _spin);
        if (budget == 0)
        {
            return null;
        }

        if (_hasLed)
        {
            // What the measurement has begun, a long wait ends.
            _hasLed = false;
            _wasShort = true;
        }
        else if (_wasShort)
        {
            LetRunAhead();
            _hasLed = false;
        }

        // The clock is read after the first few looks: reading it takes as long as some of them.
        long start = 0;
        long now = 0;
        for (int i = 1; ; i++)
        {
            if (attempt.Try())
            {
                NoteEnd(i < FewLooks && now - start < s_soon);
                if (!_spins)
                {
                    Volatile.Write(ref _spin, Longer(_spin));
                    OnSpun();
                }

                return WaitResult.Done;
            }

            if (PauseAfter(i) is > 0 and var pause)
            {
                Thread.SpinWait(pause);
            }

            if ((i & 31) != 0)
            {
                continue;
            }

            if (cancellationToken.IsCancellationRequested)
            {
                NoteEnd(wasShort: false);
                return WaitResult.Canceled;
            }

            now = Stopwatch.GetTimestamp();
            if (now >= deadline)
            {
                NoteEnd(wasShort: false);
                return WaitResult.TimedOut;
            }

            start = start == 0 ? now : start;
            if (now - start > budget)
            {
                Volatile.Write(ref _spin, Shorter(_spin));
                NoteEnd(wasShort: false);
                return null;
            }

            if (_isAlone)
            {
                Thread.Yield();
            }
        }
    }

    /// <summary>A wait that spun is over, or goes on asleep.</summary>
    private void NoteEnd(bool wasShort)
    {
        if (!wasShort && _wasShort)
        {
            _runAhead.Interrupt();
        }

        _wasShort = wasShort && !_isAlone;
    }
}
