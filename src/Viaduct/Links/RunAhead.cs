namespace Viaduct.Links;

/// <summary>
/// How long who has caught up with its peer pauses before it looks again. A peer that sends all the time is busy with the next message: to look takes its cache line
/// away, and both pay the line's way for each message. Let run ahead it has written many, found for the price of one. Whether that is so is measured: messages in a time, without a
/// pause and with one, and with longer ones as long as each brings more (decision 0018).
/// </summary>
/// <remarks>Rates are compared over <see cref="Window"/> waits. Not thread-safe: a race costs a pause too many or too few, nothing else.</remarks>
internal struct RunAhead()
{
    /// <summary>The pause that is tried first, in rounds of <see cref="Thread.SpinWait"/>: some 0.9 µs, as a line takes up to 0.3 µs to the peer's core.</summary>
    public const int Shortest = 24;

    /// <summary>The longest: some 3.5 µs.</summary>
    public const int Longest = 96;

    /// <summary>Waits over which a rate is measured.</summary>
    public const int Window = 32;

    /// <summary>Fewer messages a pause, and the peer waits for us, not we for it: as one does that waits for an answer.</summary>
    private const long FewMessages = 4;

    /// <summary>Pauses after which that is told.</summary>
    private const int FewPauses = 2;

    /// <summary>Without a pause, so many messages a wait are no conversation.</summary>
    private const long Several = 2;

    /// <summary>Windows without a pause until one is tried; twice as many after each trial that brought nothing.</summary>
    private const int FewWindows = 1;

    /// <summary>The most of them.</summary>
    private const int ManyWindows = 128;

    /// <summary>Windows with the pause that was best, until all is measured anew.</summary>
    private const int WindowsAtBest = 256;

    /// <summary>The pause now; 0 = none.</summary>
    private int _pause;

    /// <summary>Whether a longer pause was found to bring no more.</summary>
    private bool _isBest;

    /// <summary>Windows left without a pause, or with the best one.</summary>
    private int _windows = FewWindows;

    /// <summary>How many there were at first.</summary>
    private int _windowsAtFirst = FewWindows;

    /// <summary>Whether the last trial found a peer that waits for us.</summary>
    private bool _isConversation;

    /// <summary>Messages for each tick of the clock with half the pause.</summary>
    private double _rate;

    /// <summary>Waits left of this window; 0 = none has begun.</summary>
    private int _waits;

    /// <summary>When it began, as a time stamp.</summary>
    private long _start;

    /// <summary>How far things were then.</summary>
    private long _progress;

    /// <summary>How long to pause now, in rounds. Called at the beginning of each wait that follows closely upon another.</summary>
    /// <param name="progress">How far things are: one more for each message.</param>
    /// <param name="clock">Read once in a window.</param>
    public int Next(long progress, TimeProvider clock)
    {
        if (_waits == 0)
        {
            Begin(progress, clock.GetTimestamp());
            return _pause;
        }

        long came = progress - _progress;
        int waits = Window - --_waits;
        if (_pause > 0 && waits >= FewPauses && came < FewMessages * waits)
        {
            _isConversation = true;
            GiveUp();
            Begin(progress, clock.GetTimestamp());
        }
        else if (_waits == 0)
        {
            long now = clock.GetTimestamp();
            Judge(came, came / (double)Math.Max(1, now - _start));
            Begin(progress, now);
        }

        return _pause;
    }

    /// <summary>The next wait follows upon nothing: what went before says nothing of a rate.</summary>
    public void Interrupt() => _waits = 0;

    private void Begin(long progress, long now)
    {
        _start = now;
        _progress = progress;
        _waits = Window;
    }

    private void Judge(long came, double rate)
    {
        if (_pause == 0)
        {
            if (--_windows <= 0 || (_isConversation && came >= Several * Window))
            {
                (_pause, _isBest, _rate) = (Shortest, false, rate);
            }
        }
        else if (_isBest)
        {
            if (--_windows <= 0)
            {
                // Times may have changed.
                (_pause, _isBest, _windows) = (0, false, FewWindows);
            }
        }
        else if (rate * 8 < _rate * 9)
        {
            if (_pause == Shortest)
            {
                _isConversation = false;
                GiveUp();
            }
            else
            {
                (_pause, _isBest, _windows) = (_pause / 2, true, WindowsAtBest);
            }
        }
        else
        {
            // It pays: where it is given up it is tried again soon.
            _windowsAtFirst = FewWindows;
            if (_pause < Longest)
            {
                (_pause, _rate) = (_pause * 2, rate);
            }
            else
            {
                (_isBest, _windows) = (true, WindowsAtBest);
            }
        }
    }

    private void GiveUp()
    {
        (_pause, _isBest, _windows) = (0, false, _windowsAtFirst);
        _windowsAtFirst = Math.Min(2 * _windowsAtFirst, ManyWindows);
    }
}
