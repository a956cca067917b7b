using System.Diagnostics.CodeAnalysis;
using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <summary>
/// Carries out the calls of what a caller handed out, on threads of the pool: one begins after the other, in the order in which they came. The next begins when the one
/// before has returned, awaits, or makes a call itself. Thread-safe.
/// </summary>
internal sealed class CallbackTurns(CallServer server) : IThreadPoolWorkItem
{
    /// <summary>The most that may wait: more is a service that sends faster than its caller can follow.</summary>
    private const int Most = 65536;

    /// <summary>Whose turn it is on this thread; null on others, and once it has let the next begin.</summary>
    [ThreadStatic]
    private static CallbackTurns? t_turn;

    /// <summary>Whether any thread ever had one: most programs are never called back, and calls need not look at a variable of their thread then.</summary>
    private static bool s_areThere;

    private readonly Queue<(Frame Frame, PeerIdentity Peer)> _frames = [];

    /// <summary>Whether a thread is there, or will be. Under the lock of the queue.</summary>
    private bool _isRunning;

    /// <summary>Lets the next callback begin, if this thread carries one out: it is about to wait for what may depend on that.</summary>
    public static void StepAside()
    {
        if (s_areThere && t_turn is { } turns)
        {
            t_turn = null;
            turns.GoOn();
        }
    }

    /// <summary>Carries a frame out when it is its turn. False where too many wait.</summary>
    public bool TryAdd(Frame frame, PeerIdentity peer)
    {
        lock (_frames)
        {
            if (_frames.Count == Most)
            {
                return false;
            }

            _frames.Enqueue((frame, peer));
            if (_isRunning)
            {
                return true;
            }

            _isRunning = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return true;
    }

    /// <summary>A peer is gone (null = all are), and with it what it may call here: none of its frames is carried out any more.</summary>
    /// <returns>How many of them were calls without an answer: of these nobody hears otherwise.</returns>
    public int Forget(Guid? peer)
    {
        var forgotten = new List<Frame>();
        lock (_frames)
        {
            (Frame Frame, PeerIdentity Peer)[] waiting = [.. _frames];
            _frames.Clear();
            foreach ((Frame Frame, PeerIdentity Peer) next in waiting)
            {
                if (peer is null || next.Peer.SocketId == peer)
                {
                    forgotten.Add(next.Frame);
                }
                else
                {
                    _frames.Enqueue(next);
                }
            }
        }

        int unanswered = forgotten.Count(static frame => CallFrame.IsUnanswered(frame, out _));
        forgotten.ForEach(static frame => frame.Return());
        return unanswered;
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        s_areThere = true;
        ExecutionContext? own = ExecutionContext.Capture();
        while (TryNext(out Frame? frame, out PeerIdentity? peer))
        {
            t_turn = this;
            server.Handle(frame, peer, own);
            if (t_turn is null)
            {
                // Another thread goes on.
                return;
            }

            t_turn = null;
        }
    }

    private void GoOn()
    {
        lock (_frames)
        {
            if (_frames.Count == 0)
            {
                _isRunning = false;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool TryNext([NotNullWhen(true)] out Frame? frame, [NotNullWhen(true)] out PeerIdentity? peer)
    {
        lock (_frames)
        {
            _isRunning = _frames.TryDequeue(out (Frame Frame, PeerIdentity Peer) next);
            (frame, peer) = next;
            return _isRunning;
        }
    }
}
