namespace Viaduct.Links;

/// <summary>
/// How long who has caught up with its peer pauses before it looks again. A peer that sends all the time is busy with the next message: to look takes its cache line
/// away, and both pay the line's way for each message. Let run ahead it has written many, found for the price of one. Whether that is so is measured: messages in a time, without a
/// pause and with one, and with a longer one (decision 0018).
/// </summary>
/// <remarks>Not thread-safe: threads that wait on one socket disturb each other's measurements, which costs pauses that bring nothing, or spares some that would, for a while.</remarks>
internal struct RunAhead()
{
    /// <summary>The pause that is tried first, in rounds of <see cref="Thread.SpinWait"/>: some 1.8 µs. What shorter ones bring is hard to tell from chance.</summary>
    public const int Shortest = 48;

    /// <summary>The longest: some 3.5 µs.</summary>
    public const int Longest = 2 * Shortest;

    /// <summary>Waits over which a rate is measured.</summary>
    public const int Window = 32;

    /// <summary>Fewer messages a pause, and the peer waits for us, not we for it: as one does that waits for an answer.</summary>
    private const long FewMessages = 4;

    /// <summary>So many such pauses in a row tell that.</summary>
    private const int FewPauses = 2;

    /// <summary>So many stretches in a row that were too short to be measured, and there is no pause.</summary>
    private const int ManyInterruptions = 8;

    /// <summary>Windows without a pause until one is tried; twice as many after each trial that brought nothing.</summary>
    private const int FewWindows = 1;

    /// <summary>The most of them.</summary>
    private const int ManyWindows = 256;

    /// <summary>Windows with the pause that was best, until all is measured anew.</summary>
    private const int WindowsAtBest = 256;

    private enum Stage
    {
        /// <summary>No pause.</summary>
        Free,

        /// <summary>The shortest.</summary>
        Trial,

        /// <summary>None once more: rates scatter.</summary>
        Check,

        /// <summary>The longest, where the shortest pays.</summary>
        Longer,

        /// <summary>The one that was best.</summary>
        Best,
    }

    private Stage _stage;

    /// <summary>The pause now; 0 = none.</summary>
    private int _pause;

    /// <summary>Windows left of this stage.</summary>
    private int _windows = FewWindows;

    /// <summary>Windows without a pause after the next trial that brings nothing.</summary>
    private int _distance = 2 * FewWindows;

    /// <summary>Messages for each tick of the clock that a pause has to outdo.</summary>
    private double _rate;

    /// <summary>Those with the shortest pause.</summary>
    private double _trialRate;

    /// <summary>Waits left of this window; 0 = none has begun.</summary>
    private int _waits;

    /// <summary>When it began, as a time stamp.</summary>
    private long _start;

    /// <summary>How far things were then.</summary>
    private long _progress;

    /// <summary>How far things were at the last wait.</summary>
    private long _last;

    /// <summary>Pauses in a row that brought less than <see cref="FewMessages"/>.</summary>
    private int _fewCame;

    /// <summary>Messages in the last window without a pause.</summary>
    private long _cameFree;

    /// <summary>Messages in such a window when the last trial found that the peer waits for us; 0 where it did not. Twice as many, and that is over.</summary>
    private long _cameInConversation;

    /// <summary>Stretches in a row that were too short to be measured.</summary>
    private int _interruptions;

    /// <summary>How long to pause now, in rounds. Called at the beginning of each wait that follows soon upon another.</summary>
    /// <param name="progress">How far things are: one more for each message.</param>
    /// <param name="clock">Read where a window begins or ends.</param>
    public int Next(long progress, TimeProvider clock)
    {
        int pause = _pause;
        int waits = _waits;
        if (waits <= 0)
        {
            Begin(progress, clock.GetTimestamp());
            return pause;
        }

        int few = pause > 0 && progress - _last < FewMessages ? _fewCame + 1 : 0;
        _last = progress;
        _fewCame = few;
        if (few >= FewPauses)
        {
            GiveUp();
            _cameInConversation = _cameFree;
            Begin(progress, clock.GetTimestamp());
            return 0;
        }

        _waits = --waits;
        if (waits <= 0)
        {
            long now = clock.GetTimestamp();
            Judge(progress - _progress, (progress - _progress) / (double)Math.Max(1, now - _start));
            Begin(progress, now);
        }

        return _pause;
    }

    /// <summary>The next wait follows upon a long one, or upon none: what went before says nothing of a rate.</summary>
    public void Interrupt()
    {
        _waits = 0;
        if (_pause > 0 && ++_interruptions >= ManyInterruptions)
        {
            GiveUp();
        }
    }

    private void Begin(long progress, long now)
    {
        _start = now;
        _progress = _last = progress;
        _waits = Window;
    }

    private void Judge(long came, double rate)
    {
        _interruptions = 0;
        switch (_stage)
        {
            case Stage.Free:
                _cameFree = came;
                if (--_windows <= 0 || (_cameInConversation > 0 && came >= 2 * _cameInConversation))
                {
                    (_stage, _pause, _rate) = (Stage.Trial, Shortest, rate);
                }

                break;

            case Stage.Trial when Pays(rate):
                (_stage, _pause, _trialRate) = (Stage.Check, 0, rate);
                break;

            case Stage.Check:
                _rate = Math.Max(_rate, rate);
                if (Pays(_trialRate))
                {
                    (_stage, _pause, _rate) = (Stage.Longer, Longest, _trialRate);
                    (_distance, _cameInConversation) = (FewWindows, 0);
                }
                else
                {
                    GiveUp();
                }

                break;

            case Stage.Longer:
                (_stage, _pause, _windows) = (Stage.Best, Pays(rate) ? Longest : Shortest, WindowsAtBest);
                break;

            case Stage.Best:
                if (--_windows <= 0)
                {
                    // Times may have changed.
                    (_stage, _pause, _windows) = (Stage.Free, 0, FewWindows);
                }

                break;

            default:
                GiveUp();
                break;
        }
    }

    /// <summary>Whether a rate is better by an eighth, which is more than chance does most of the time.</summary>
    private readonly bool Pays(double rate) => rate * 8 >= _rate * 9;

    private void GiveUp()
    {
        (_stage, _pause, _windows) = (Stage.Free, 0, _distance);
        _distance = Math.Min(2 * _distance, ManyWindows);
        (_fewCame, _interruptions, _cameInConversation) = (0, 0, 0);
    }
}
