using System.Diagnostics;
using System.Runtime.CompilerServices;
using Viaduct.Linux;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>One side of a socket: its links in one direction, the gate that guards them, and how its threads and awaiting operations wait on them.</summary>
internal abstract class Mailbox(ChannelSpec channel, SocketOptions options)
{
    /// <summary>Up to so many links a sleeper watches their own words; beyond, peers ring the doorbell.</summary>
    private const int WatchedLinks = 8;

    /// <summary>The longest that an adaptive wait spins. Waking a sleeper costs about 20 µs on each side.</summary>
    private static readonly long s_longestSpin = Stopwatch.Frequency / 20_000;

    private readonly bool _spins = options.Wait == WaitMode.Spin;

    /// <summary>How long the next adaptive wait spins, in stopwatch ticks: grows while that pays, shrinks while it doesn't.</summary>
    private long _spin = options.Wait == WaitMode.Adaptive && Environment.ProcessorCount > 1 ? s_longestSpin : 0;

    /// <summary>Guards the links.</summary>
    protected Gate Gate = new();

    /// <summary>The channel as this end sees it.</summary>
    public ChannelSpec Channel { get; } = channel;

    /// <summary>Whether waits never sleep, so that peers need not ring.</summary>
    public bool NeverSleeps => _spins;

    /// <summary>Where waits that are not links' own end.</summary>
    public WaitPoint WaitPoint { get; } = new();

    /// <summary>The pause before a spinning wait looks for the given time, in rounds of <see cref="Thread.SpinWait"/>.</summary>
    protected abstract int PauseBefore(int look);

    /// <summary>Raises an event of a peer, outside every gate.</summary>
    public Action<LinkEnd, PeerState, string>? PeerChanged { get; set; }

    /// <summary>The links to wait on. Read under the gate.</summary>
    protected abstract ReadOnlySpan<LinkEnd> Ends { get; }

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

    /// <summary>Raises an event of a peer.</summary>
    public void Tell(LinkEnd link, PeerState state, string reason) => PeerChanged?.Invoke(link, state, reason);

    /// <summary>Tries until it succeeds, the time is over (negative = never) or the token is cancelled.</summary>
    public WaitResult Block<TAttempt>(ref TAttempt attempt, TimeSpan timeout, CancellationToken cancellationToken)
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
        WaitResult? result;
        if (TAttempt.Takes)
        {
            BeginWait();
        }

        try
        {
            result = Spin(ref attempt, deadline, cancellationToken) ?? Sleep(ref attempt, deadline, cancellationToken);
        }
        finally
        {
            if (TAttempt.Takes)
            {
                EndWait();
            }
        }

        // What arrived while the wait was being withdrawn is not left behind.
        return result != WaitResult.Done && attempt.Try() ? WaitResult.Done : result.Value;
    }

    /// <summary>As <see cref="Block"/>, without a thread. Never throws for cancellation: the result says so.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<WaitResult> BlockAsync<TAttempt>(TAttempt attempt, CancellationToken cancellationToken)
        where TAttempt : class, IAttempt
    {
        if (attempt.Try())
        {
            return WaitResult.Done;
        }

        WaitResult? result = null;
        if (TAttempt.Takes)
        {
            BeginWait();
        }

        try
        {
            while (result is null)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    result = WaitResult.Canceled;
                }
                else if (_spins)
                {
                    await Task.Yield();
                    result = attempt.Try() ? WaitResult.Done : null;
                }
                else if (BeginAwait(attempt) is { } waiter)
                {
                    try
                    {
                        await waiter.WaitAsync(cancellationToken).ConfigureAwait(false);
                    }
                    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                    {
                        result = WaitResult.Canceled;
                    }

                    Retract();
                    result = attempt.Try() ? WaitResult.Done : result;
                }
                else
                {
                    result = WaitResult.Done;
                }
            }
        }
        finally
        {
            if (TAttempt.Takes)
            {
                EndWait();
            }
        }

        return result == WaitResult.Canceled && attempt.Try() ? WaitResult.Done : result.Value;
    }

    /// <summary>Why a peer went, in words.</summary>
    protected static string ReasonOr(string reason) => reason.Length == 0 ? "it was closed" : reason;

    /// <summary>A wait of an attempt that takes begins: of a rendezvous, receivers tell their senders.</summary>
    protected virtual void BeginWait()
    {
    }

    /// <summary>Such a wait is over.</summary>
    protected virtual void EndWait()
    {
    }

    /// <summary>Counts an awaiting operation in and tries once more; null when that succeeded.</summary>
    private AsyncWaiter? BeginAwait(IAttempt attempt)
    {
        AsyncWaiter waiter = WaitPoint.BeginAwait();
        bool done = true;
        try
        {
            Announce([], out _);
            done = attempt.Try();
            return done ? null : waiter;
        }
        finally
        {
            if (done)
            {
                WaitPoint.Cancel(waiter);
                Retract();
            }
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

        long start = Stopwatch.GetTimestamp();
        for (int i = 1; ; i++)
        {
            if (attempt.Try())
            {
                Volatile.Write(ref _spin, Math.Min(s_longestSpin, _spin + (_spin >> 2) + 1));
                return WaitResult.Done;
            }

            if (PauseBefore(i) is > 0 and var pause)
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

            if (now - start > budget)
            {
                // A sixteenth stays, so that a peer which becomes fast again is noticed.
                Volatile.Write(ref _spin, Math.Max(s_longestSpin >> 4, _spin - (_spin >> 2)));
                return null;
            }

            if (_spins && Environment.ProcessorCount == 1)
            {
                Thread.Yield();
            }
        }
    }

    private WaitResult Sleep<TAttempt>(ref TAttempt attempt, long deadline, CancellationToken cancellationToken)
        where TAttempt : IAttempt, allows ref struct
    {
        Span<FutexWord> words = stackalloc FutexWord[WatchedLinks + 1];
        using CancellationTokenRegistration registration =
            cancellationToken.UnsafeRegister(static state => ((WaitPoint)state!).Wake(), WaitPoint);
        while (true)
        {
            uint version = WaitPoint.BeginSleep();
            try
            {
                Announce(words, out int count);
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

    /// <summary>Tells the peers that we wait, and collects what to sleep on as it is before the caller looks again.</summary>
    private void Announce(Span<FutexWord> words, out int count)
    {
        count = 0;
        Gate.Enter();
        try
        {
            ReadOnlySpan<LinkEnd> ends = Ends;
            uint kind = (WaitPoint.Awaiters > 0 ? WaitEpoch.Doorbell : 0)
                | (WaitPoint.Sleepers == 0 ? 0 : ends.Length <= WatchedLinks ? WaitEpoch.Futex : WaitEpoch.Doorbell);
            foreach (LinkEnd end in ends)
            {
                if (end.Waiting is { } waiting)
                {
                    // The word before the announcement: an answer to it changes the word, however early it comes.
                    if (ends.Length <= WatchedLinks && words.Length > 0)
                    {
                        words[count++] = end.Word;
                    }

                    waiting.Announce(kind);
                }
            }
        }
        finally
        {
            Gate.Exit();
        }

        // Store → load: we are counted in and announced before we look. Pairs with the fences in the bells and in Wake.
        Shared.Fence();
    }

    private void Retract()
    {
        if (WaitPoint.HasWaiters)
        {
            return;
        }

        Gate.Enter();
        try
        {
            if (!WaitPoint.HasWaiters)
            {
                foreach (LinkEnd end in Ends)
                {
                    end.Waiting?.Retract();
                }
            }
        }
        finally
        {
            Gate.Exit();
        }
    }
}
