using System.Runtime.CompilerServices;
using Viaduct.Linux;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>One side of a socket: its links in one direction, the gate that guards them, and how its threads and awaiting operations wait on them.</summary>
internal abstract unsafe class Mailbox(ChannelSpec channel, SocketOptions options) : WaitLoop(options.Wait)
{
    /// <summary>Up to so many links a sleeper watches their own words; beyond, peers ring the doorbell.</summary>
    public const int WatchedLinks = 8;

    /// <summary>So many messages without a wait that slept, and peers need not fence for us: what that saves them is more than the barrier before the next costs.</summary>
    private const long StaysAwakeAfter = 4096;

    /// <summary>What has to be issued before anybody here sleeps. Written under the gate.</summary>
    private volatile BarrierScope _barrier;

    /// <summary>How far things were at the first wait that did not sleep; -1 since one did.</summary>
    private long _upSince = -1;

    /// <summary>Guards the links.</summary>
    protected Gate Gate = new();

    /// <summary>The channel as this end sees it.</summary>
    public ChannelSpec Channel { get; } = channel;

    /// <summary>The role of the socket whose side this is, as it tells others.</summary>
    public string Role { get; set; } = "socket";

    /// <summary>Raises an event of a peer, outside every gate; but that it has completed is told under this one, and must only be passed on.</summary>
    public Action<LinkEnd, PeerState, string>? PeerChanged { get; set; }

    /// <inheritdoc/>
    protected sealed override int MostWords => WatchedLinks;

    /// <summary>The links to wait on. Read under the gate.</summary>
    protected abstract ReadOnlySpan<LinkEnd> Ends { get; }

    /// <summary>Raises an event of a peer.</summary>
    public void Tell(LinkEnd link, PeerState state, string reason) => PeerChanged?.Invoke(link, state, reason);

    /// <inheritdoc/>
    public sealed override int Announce(FutexWords words)
    {
        int count = 0;
        Gate.Enter();
        try
        {
            ReadOnlySpan<LinkEnd> ends = Ends;
            uint kind = (WaitPoint.HasAwaiters ? WaitEpoch.Doorbell : 0)
                | (!WaitPoint.HasSleepers ? 0 : ends.Length <= WatchedLinks ? WaitEpoch.Futex : WaitEpoch.Doorbell);
            BarrierScope barrier = _barrier;
            if (barrier != BarrierScope.None)
            {
                Shared.Release(WaitPoint.Waiting, 0);
            }

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

            _upSince = -1;
            if (barrier != BarrierScope.None)
            {
                // Store → load at the peers, which had no fence while we were awake: what they had changed is visible now, or they find us announced. Under the gate, so that
                // nobody else sleeps before it.
                Shared.Barrier(barrier);
                _barrier = BarrierScope.None;
            }
        }
        finally
        {
            Gate.Exit();
        }

        // Store → load: we are counted in and announced before we look. Pairs with the fences in the bells and in Wake.
        Shared.Fence();
        return count;
    }

    /// <inheritdoc/>
    public sealed override void Retract()
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

    /// <summary>
    /// From now on peers need not fence for us, nor look whether somebody waits, until somebody does: if nobody is about to, and all of them take part in barriers. For a link to another process that is new they
    /// do as before.
    /// </summary>
    internal bool TryStayAwake()
    {
        Gate.Enter();
        try
        {
            _upSince = -1;
            if (_barrier != BarrierScope.None || WaitPoint.HasWaiters || !MayStayAwake)
            {
                return false;
            }

            BarrierScope scope = BarrierScope.Process;
            foreach (LinkEnd end in Ends)
            {
                scope = end.Waiting is null ? scope : BarrierScope.Machine;
                if (!end.TakesBarriers)
                {
                    return false;
                }
            }

            if (scope == BarrierScope.Machine && !Barriers.TryJoin())
            {
                return false;
            }

            _barrier = scope;
            foreach (LinkEnd end in Ends)
            {
                end.Waiting?.StayAwake();
            }

            Shared.Release(WaitPoint.Waiting, WaitEpoch.Awake);
            return true;
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Whether peers leave out their fences now.</summary>
    internal bool IsAwake => _barrier != BarrierScope.None;

    /// <summary>Whether peers may ever leave out their fences. Not where one waiting word is for peers that come later, too.</summary>
    protected virtual bool MayStayAwake => true;

    /// <inheritdoc/>
    protected sealed override void OnSpun()
    {
        if (_barrier != BarrierScope.None)
        {
            return;
        }

        // A race over it costs a few messages more or less.
        long progress = Progress;
        long since = Volatile.Read(ref _upSince);
        if (since < 0)
        {
            Volatile.Write(ref _upSince, progress);
        }
        else if (progress - since >= StaysAwakeAfter)
        {
            TryStayAwake();
        }
    }

    /// <summary>Rings, and leaves the gate whatever comes of it. True. A method of its own: who calls it has nothing to clean up.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    protected bool RingAndExit(Bell bell)
    {
        try
        {
            bell.Ring();
        }
        finally
        {
            Gate.Exit();
        }

        return true;
    }

    /// <summary>Why a peer went, in words.</summary>
    protected static string ReasonOr(string reason) => reason.Length == 0 ? "it was closed" : reason;
}
