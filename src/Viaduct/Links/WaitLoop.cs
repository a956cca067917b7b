using System.Diagnostics;
using Viaduct.Linux;
using Viaduct.Memory;

namespace Viaduct.Links;

/// <summary>
/// How threads and awaiting operations wait until an attempt succeeds: they spin, sleep or await, announced to whoever can change
/// the outcome. What that is, links of a socket or several sockets, is the derived class's to know.
/// </summary>
/// <param name="mode">How they wait.</param>
/// <param name="processors">How many processors there are for this process; asked for where it is not said.</param>
internal abstract partial class WaitLoop(WaitMode mode, int? processors = null)
{
    /// <summary>
    /// Looks for messages, some nanoseconds each, before a spinning wait pauses between them: a pause takes longer than a message's way from
    /// core to core. Who waits longer leaves the core's other half some room.
    /// </summary>
    protected const int BusyLooks = 4096;

    /// <summary>The longest that an adaptive wait spins. Waking a sleeper costs about 20 µs on each side.</summary>
    private static readonly long s_longestSpin = Stopwatch.Frequency / 20_000;

    private readonly bool _spins = mode == WaitMode.Spin;

    /// <summary>Nobody else runs while this looks.</summary>
    private readonly bool _isAlone = (processors ?? Environment.ProcessorCount) == 1;

    /// <summary>Awaiting operations that are over, to be used again.</summary>
    private readonly List<AsyncWaiter> _spare = [];

    /// <summary>How long the next adaptive wait spins, in stopwatch ticks: grows while that pays, shrinks while it doesn't.</summary>
    private long _spin = FirstSpin(mode, processors);

    /// <summary>The same of awaiting operations that look on.</summary>
    private long _lookOn = FirstSpin(mode, processors);

    /// <summary>Whether waits never sleep, so that peers need not ring.</summary>
    public bool NeverSleeps => _spins;

    /// <summary>Where waits that are not links' own end.</summary>
    public WaitPoint WaitPoint { get; } = new();

    /// <summary>The pause after a spinning wait has looked so many times, in rounds of <see cref="Thread.SpinWait"/>.</summary>
    protected abstract int PauseAfter(int looks);

    /// <summary>A wait with as many looks was not short, whatever time it took; 0 where nobody is let run ahead, since <see cref="Progress"/> tells nothing.</summary>
    protected virtual int FewLooks => int.MaxValue;

    /// <summary>Messages so far.</summary>
    protected virtual long Progress => 0;

    /// <summary>The most words of links that a thread sleeps on.</summary>
    protected abstract int MostWords { get; }

    /// <summary>Lets everybody who waits look again.</summary>
    public void Wake()
    {
        // Pairs with the fence after counting in: what the caller changed is visible before we look for waiters.
        Shared.Fence();
        if (WaitPoint.HasWaiters)
        {
            WaitPoint.Wake();
        }
    }

    /// <summary>Tries until it succeeds, the time is over (negative = never) or the token is cancelled.</summary>
    /// <param name="attempt">What is tried.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="takes">As <see cref="IAttempt.Takes"/>, which is not asked here: code that asks a type and not an object is not compiled ahead (ReadyToRun).</param>
    public WaitResult Block<TAttempt>(ref TAttempt attempt, TimeSpan timeout, CancellationToken cancellationToken, bool takes = true)
        where TAttempt : IAttempt, allows ref struct
    {
        if (attempt.Try())
        {
            return WaitResult.Done;
        }

        if (timeout == TimeSpan.Zero)
        {
            return WaitResult.TimedOut;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return WaitResult.Canceled;
        }

        long deadline = Deadline.EndOf(timeout);
        WaitResult result;
        if (takes)
        {
            BeginWait();
        }

        try
        {
            result = Spin(ref attempt, deadline, cancellationToken) ?? Sleep(ref attempt, deadline, cancellationToken);
        }
        finally
        {
            if (takes)
            {
                EndWait();
            }
        }

        // What arrived while the wait was being withdrawn is not left behind.
        return result != WaitResult.Done && attempt.Try() ? WaitResult.Done : result;
    }

    /// <summary>As <see cref="Block"/>, without a thread. Never throws for cancellation: the result says so.</summary>
    public ValueTask<WaitResult> BlockAsync<TAttempt>(TAttempt attempt, CancellationToken cancellationToken)
        where TAttempt : class, IAttempt =>
        BlockAsync<PlainAttempt<TAttempt>, WaitResult>(new PlainAttempt<TAttempt>(attempt), cancellationToken);

    /// <summary>As <see cref="Block"/>, without a thread; ends with what the attempt makes of it.</summary>
    public ValueTask<TResult> BlockAsync<TAttempt, TResult>(TAttempt attempt, CancellationToken cancellationToken)
        where TAttempt : IAttempt<TResult>
    {
        try
        {
            if (attempt.Try())
            {
                return new ValueTask<TResult>(attempt.Finish(WaitResult.Done, cancellationToken));
            }
        }
        catch (Exception error)
        {
            return ValueTask.FromException<TResult>(error);
        }

        AwaitedAttempt<TAttempt, TResult> awaited = Rent<TAttempt, TResult>();
        return new ValueTask<TResult>(awaited, awaited.Begin(attempt, cancellationToken));
    }

    /// <summary>The same for an attempt that gives nothing.</summary>
    public ValueTask BlockForNothingAsync<TAttempt>(TAttempt attempt, CancellationToken cancellationToken)
        where TAttempt : IAttempt<bool>
    {
        try
        {
            if (attempt.Try())
            {
                attempt.Finish(WaitResult.Done, cancellationToken);
                return default;
            }
        }
        catch (Exception error)
        {
            return ValueTask.FromException(error);
        }

        AwaitedAttempt<TAttempt, bool> awaited = Rent<TAttempt, bool>();
        return new ValueTask(awaited, awaited.Begin(attempt, cancellationToken));
    }

    /// <summary>
    /// Whether an awaiting operation that found nothing looks again soon, behind whatever else its process has to do, instead of sleeping: for as long as a blocking wait
    /// would spin. Nobody need ring then, which costs who rings a system call and who is rung a switch of threads.
    /// </summary>
    public bool LooksOn(ref IdleLooks idle)
    {
        long budget = Volatile.Read(ref _lookOn);
        if (budget == 0)
        {
            return false;
        }

        long now = Stopwatch.GetTimestamp();
        long progress = Progress;
        if (idle.Since == 0)
        {
            idle = new IdleLooks { Since = now, Progress = progress };
            return true;
        }

        if (progress != idle.Progress)
        {
            idle = new IdleLooks { Since = now, Progress = progress };
            Volatile.Write(ref _lookOn, Longer(budget));
            OnSpun();
            return true;
        }

        if (now - idle.Since <= budget)
        {
            return true;
        }

        idle = default;
        Volatile.Write(ref _lookOn, Shorter(budget));
        return false;
    }

    /// <summary>An awaiting operation is over, and nobody knows it any more.</summary>
    public void Reuse(AsyncWaiter awaited)
    {
        lock (_spare)
        {
            _spare.Add(awaited);
        }
    }

    /// <summary>A wait of an attempt that takes begins: of a rendezvous, receivers tell their senders; senders count who waits for room.</summary>
    public virtual void BeginWait()
    {
    }

    /// <summary>Such a wait is over.</summary>
    public virtual void EndWait()
    {
    }

    /// <summary>
    /// Tells those who can change the outcome that somebody waits, and then collects what to sleep on as it is before the caller looks again. Ends
    /// with a full fence.
    /// </summary>
    /// <param name="words">Where the words go; empty for who does not sleep on words.</param>
    /// <returns>How many words there are.</returns>
    public abstract int Announce(FutexWords words);

    /// <summary>Tells them, unless somebody waits still, that nobody does.</summary>
    public abstract void Retract();

    /// <summary>A wait that might have slept was over before.</summary>
    protected virtual void OnSpun()
    {
    }

    /// <summary>How long the next adaptive wait spins; zero where none does.</summary>
    internal TimeSpan NextSpin => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _spin));

    /// <summary>What adaptive waits begin with: on one processor none ever spins.</summary>
    private static long FirstSpin(WaitMode mode, int? processors) => mode == WaitMode.Adaptive && (processors ?? Environment.ProcessorCount) > 1 ? s_longestSpin : 0;

    /// <summary>What a spin that paid makes of the next one.</summary>
    private static long Longer(long spin) => Math.Min(s_longestSpin, spin + (spin >> 2) + 1);

    /// <summary>What a spin in vain makes of the next one. A sixteenth stays, so that a peer which becomes fast again is noticed.</summary>
    private static long Shorter(long spin) => Math.Max(s_longestSpin >> 4, spin - (spin >> 2));

    private AwaitedAttempt<TAttempt, TResult> Rent<TAttempt, TResult>()
        where TAttempt : IAttempt<TResult>
    {
        lock (_spare)
        {
            for (int i = _spare.Count - 1; i >= 0; i--)
            {
                if (_spare[i] is AwaitedAttempt<TAttempt, TResult> found)
                {
                    _spare.RemoveAt(i);
                    return found;
                }
            }
        }

        return new AwaitedAttempt<TAttempt, TResult>(this);
    }

    private unsafe WaitResult Sleep<TAttempt>(ref TAttempt attempt, long deadline, CancellationToken cancellationToken)
        where TAttempt : IAttempt, allows ref struct
    {
        int most = MostWords + 1;
        FutexWord* room = stackalloc FutexWord[most];
        FutexWords words = new(room, most);
        using CancellationTokenRegistration registration =
            cancellationToken.UnsafeRegister(static state => ((WaitLoop)state!).Wake(), this);
        while (true)
        {
            uint version = WaitPoint.BeginSleep();
            try
            {
                int count = Announce(words);
                if (attempt.Try())
                {
                    return WaitResult.Done;
                }

                if (cancellationToken.IsCancellationRequested)
                {
                    return WaitResult.Canceled;
                }

                TimeSpan remaining = Timeout.InfiniteTimeSpan;
                if (deadline != long.MaxValue)
                {
                    long ticks = deadline - Stopwatch.GetTimestamp();
                    if (ticks <= 0)
                    {
                        return WaitResult.TimedOut;
                    }

                    remaining = TimeSpan.FromSeconds((double)ticks / Stopwatch.Frequency);
                }

                WaitPoint.Sleep(version, words, count, remaining);
            }
            finally
            {
                WaitPoint.EndSleep();
                Retract();
            }
        }
    }
}
