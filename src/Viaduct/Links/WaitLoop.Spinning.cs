using System.Diagnostics;

namespace Viaduct.Links;

/// <content>Waits that look again and again, and what they pause for.</content>
internal abstract partial class WaitLoop
{
    /// <summary>Whether the last wait was over soon.</summary>
    private bool _wasShort;

    private RunAhead _runAhead = new();

    private WaitResult? Spin<TAttempt>(ref TAttempt attempt, long deadline, CancellationToken cancellationToken)
        where TAttempt : IAttempt, allows ref struct
    {
        long budget = _spins ? long.MaxValue : Volatile.Read(ref _spin);
        if (budget == 0)
        {
            return null;
        }

        if (_wasShort && _runAhead.Next(Progress, TimeProvider.System) is > 0 and var lead)
        {
            Thread.SpinWait(lead);
        }

        // The clock is read after the first few looks: reading it takes as long as some of them.
        long start = 0;
        for (int i = 1; ; i++)
        {
            if (attempt.Try())
            {
                NoteLooks(i);
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
                return WaitResult.Canceled;
            }

            long now = Stopwatch.GetTimestamp();
            if (now >= deadline)
            {
                return WaitResult.TimedOut;
            }

            start = start == 0 ? now : start;
            if (now - start > budget)
            {
                Volatile.Write(ref _spin, Shorter(_spin));
                return null;
            }

            if (_spins && Environment.ProcessorCount == 1)
            {
                Thread.Yield();
            }
        }
    }

    /// <summary>A wait is over.</summary>
    private void NoteLooks(int looks)
    {
        if (looks < FewLooks)
        {
            _wasShort = true;
        }
        else if (_wasShort)
        {
            _wasShort = false;
            _runAhead.Interrupt();
        }
    }
}
