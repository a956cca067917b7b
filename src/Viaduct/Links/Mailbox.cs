using System.Runtime.CompilerServices;
using Viaduct.Linux;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>One side of a socket: its links in one direction, the gate that guards them, and how its threads and awaiting operations wait on them.</summary>
internal abstract class Mailbox(ChannelSpec channel, SocketOptions options) : WaitLoop(options.Wait)
{
    /// <summary>Up to so many links a sleeper watches their own words; beyond, peers ring the doorbell.</summary>
    public const int WatchedLinks = 8;

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

    /// <summary>Rings, and leaves the gate whatever comes of it. A method of its own: who calls it has nothing to clean up.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    protected void RingAndExit(Bell bell)
    {
        try
        {
            bell.Ring();
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Why a peer went, in words.</summary>
    protected static string ReasonOr(string reason) => reason.Length == 0 ? "it was closed" : reason;
}
