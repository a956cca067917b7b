using System.Diagnostics;

namespace Viaduct.Links;

/// <content>Waits that look again and again, and what they pause for.</content>
internal abstract partial class WaitLoop
{
    /// <summary>A wait with fewer looks was short: no answer of a peer that is asked for one comes so soon.</summary>
    private const int FewLooks = 12;

    /// <summary>Short waits in a row after which to try whether the peer runs ahead, less one; twice as many after each time that it did not.</summary>
    private const uint FewWaits = 31;

    /// <summary>The most of them.</summary>
    private const uint ManyWaits = 1023;

    /// <summary>So many messages after a wait, and the peer did run ahead.</summary>
    private const long ManyAtOnce = 4;

    /// <summary>So many, and a longer pause gains nothing.</summary>
    private const long PlentyAtOnce = 64;

    /// <summary>Waits until it is tried again whether a longer pause brings more, where it did not.</summary>
    private const int WaitsAtPause = 16;

    /// <summary>How long a peer is let run ahead at first, in rounds of <see cref="Thread.SpinWait"/>: some 0.1 µs.</summary>
    private const int ShortestPause = 3;

    /// <summary>How long it is tried whether it would: a line takes up to 0.3 µs to the peer's core.</summary>
    private const int TrialPause = 12;

    /// <summary>The longest: about a microsecond.</summary>
    private const int LongestPause = 24;

    /// <summary>Waits in a row that were over at once. A race over this and the next costs a pause, nothing else.</summary>
    private uint _shortWaits;

    /// <summary>How many of them it takes, less one, until it is tried.</summary>
    private uint _triesAfter = FewWaits;

    /// <summary>How long the peer is let run ahead, in rounds of <see cref="Thread.SpinWait"/>; 0 while it does not.</summary>
    private int _pause;

    /// <summary>Messages that half that pause had brought; 0 where none was half as long; below 0 so many waits until a longer one is tried again, as it brought no more.</summary>
    private long _cameBefore;

    /// <summary>How far things were when the last wait that spun was over.</summary>
    private long _progressThen;

    private WaitResult? Spin<TAttempt>(ref TAttempt attempt, long deadline, CancellationToken cancellationToken)
        where TAttempt : IAttempt, allows ref struct
    {
        long budget = _spins ? long.MaxValue : Volatile.Read(ref _spin);
        if (budget == 0)
        {
            return null;
        }

        if (_shortWaits > 0)
        {
            LetRunAhead();
        }

        // The clock is read after the first few looks: reading it takes as long as some of them.
        long start = 0;
        for (int i = 1; ; i++)
        {
            if (attempt.Try())
            {
                _shortWaits = i < FewLooks ? _shortWaits + 1 : 0;
                _pause = _shortWaits == 0 ? 0 : _pause;
                _progressThen = Progress;
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

    /// <summary>
    /// A peer that sends all the time is always busy with the next message. To look takes its cache line away from it: let it run ahead, so that many are found for the price of one, and the longer
    /// the more it brings. Whether it does is tried now and then.
    /// </summary>
    private void LetRunAhead()
    {
        long came = Progress - _progressThen;
        if (_pause == 0 && came >= ManyAtOnce)
        {
            (_pause, _cameBefore, _triesAfter) = (ShortestPause, 0, FewWaits);
        }
        else if (_pause == 0 && (_shortWaits & _triesAfter) == 0)
        {
            (_pause, _cameBefore, _triesAfter) = (TrialPause, 0, Math.Min((2 * _triesAfter) + 1, ManyWaits));
        }
        else if (came < Math.Max(ManyAtOnce, _pause / 2))
        {
            // It does not, or no longer.
            _pause = 0;
            return;
        }
        else if (_cameBefore < 0)
        {
            _cameBefore++;
        }
        else if (came < _cameBefore + (_cameBefore / 8))
        {
            // Twice the pause brought no more: it waits for us, not we for it.
            (_pause, _cameBefore) = (_pause / 2, -WaitsAtPause);
        }
        else if (came < PlentyAtOnce && _pause < LongestPause)
        {
            (_pause, _cameBefore) = (_pause * 2, came);
        }

        Thread.SpinWait(_pause);
    }
}
