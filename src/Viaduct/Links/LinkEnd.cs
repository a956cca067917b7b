using System.Diagnostics;
using Viaduct.Linux;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>One end of a link in this process: who is at the other end, and how both wait for each other.</summary>
internal abstract unsafe class LinkEnd(PeerIdentity peer)
{
    private readonly Lock _telling = new();

    /// <summary>Whether it was told that the peer came. Guarded by the lock, as is the next.</summary>
    private bool _cameTold;

    /// <summary>Tells what became of it before that.</summary>
    private Action? _later;

    /// <summary>The other end.</summary>
    public PeerIdentity Peer { get; } = peer;

    /// <summary>Tells the other end about changes.</summary>
    public Bell Bell { get; init; } = Bell.Silent;

    /// <summary>Our waiting word; null where the other end asks the <see cref="WaitPoint"/> itself.</summary>
    public WaitingWord? Waiting { get; init; }

    /// <summary>The word of the peer's page that changes when it wakes us; null as above.</summary>
    public uint* Watched { get; init; }

    /// <summary>Called once when the socket lets go of this link, with why (empty text: in order).</summary>
    public Action<LinkEnd, string>? Closed { get; init; }

    /// <summary>What the peer did that no sound one does; null while nothing is known.</summary>
    public ProtocolViolationException? Fault { get; set; }

    /// <summary>
    /// Tells what became of the peer, in order: who finds that it is gone may be ahead of who has just made the link and is about to tell that it came, and is then told behind that. Thread-safe.
    /// </summary>
    /// <param name="state">What became of it.</param>
    /// <param name="tell">Tells it, without waiting for anything.</param>
    public void Tell(PeerState state, Action tell)
    {
        lock (_telling)
        {
            if (state != PeerState.Joined && !_cameTold)
            {
                _later += tell;
                return;
            }

            _cameTold = true;
            tell();
            _later?.Invoke();
            _later = null;
        }
    }

    /// <summary>Whether the other end sees changes of ours without a fence of its own where we issue a barrier: it is in this process, or takes the machine's barriers.</summary>
    public bool TakesBarriers => Watched == null ? Waiting is null : Shared.Acquire(Watched + 1) != 0;

    /// <summary>
    /// Rings for the other end. Whatever the bell does, nothing is thrown: the change stands, and who made it has more to do. Who could not be rung for sees the change when it looks,
    /// and is rung for the next one.
    /// </summary>
    public void Ring()
    {
        try
        {
            Bell.Ring();
        }
        catch (ThreadInterruptedException)
        {
            RingInterrupted();
        }
        catch (Exception error)
        {
            // As above; shown, not swallowed.
            Trace.TraceError("Viaduct: {0}", error);
        }
    }

    /// <summary>What to sleep on.</summary>
    public FutexWord Word => new() { Address = Watched, Expected = Shared.Acquire(Watched), Shared = true };

    /// <summary>The interruption is for whoever waits next on this thread, and the other end is to be rung for all the same.</summary>
    private void RingInterrupted()
    {
        Ring();
        Thread.CurrentThread.Interrupt();
    }
}
