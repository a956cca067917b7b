using Viaduct.Links;

namespace Viaduct.Calls;

/// <content>How answers are taken: by a thread that waits for its own, or by the loop of those that are awaited, many together.</content>
internal sealed partial class CallerSocket
{
    /// <summary>Held from the taking of a frame until it was handed on, where order is kept.</summary>
    private readonly Lock _order = new();
    private volatile bool _keepsOrder;

    private readonly WaysBack _waysBack = new();

    private void TakeAnswers(PendingCall? mine)
    {
        // No further than one's own: whoever waits for another looks for that, or is rung for it.
        bool others = false;
        Frame? none = null;
        ref Frame? ready = ref mine is null ? ref none : ref mine.Ready;
        while (mine?.IsDone != true && (_keepsOrder ? TryTakeInOrder(ref ready, out Frame? answer, out ReceiveLink from) : TryTakeOne(ref ready, out answer, out from)))
        {
            if (answer is not null)
            {
                others |= _route.Deliver(from.Peer.SocketId, answer) is { } call && call != mine;
                from.NoteHandedOn(1);
            }
        }

        if (others)
        {
            _replies.Wake();
        }
    }

    /// <summary>
    /// As <see cref="TakeAnswers"/> of no call, where order is not kept: what lies there of one callee is taken together, and handed on together.
    /// </summary>
    /// <param name="frames">Frames for what is taken, or none before the first time; they are left so.</param>
    /// <param name="calls">Room for as many calls.</param>
    private void TakeTogether(Frame?[] frames, PendingCall?[] calls)
    {
        bool others = false;
        if (frames[^1] is null)
        {
            Fill(frames);
        }

        while (!_keepsOrder)
        {
            int count = _replies.TryReceiveUsual(frames!, again: false, out ReceiveLink? from, out _);
            if (count == 0 || from is null)
            {
                break;
            }

            int answers = HandOn(frames.AsSpan(0, count), from);
            others |= _route.Deliver(frames.AsSpan(0, answers), calls, from.Peer.SocketId);
            from.NoteHandedOn(count);
            Fill(frames.AsSpan(0, count));
        }

        if (others)
        {
            _replies.Wake();
        }

        TakeAnswers(null);
    }

    private static void Fill(Span<Frame?> frames)
    {
        foreach (ref Frame? frame in frames)
        {
            frame ??= Frame.Rent();
        }
    }

    /// <summary>Hands on what is no answer. The answers come first afterwards.</summary>
    /// <returns>How many there are.</returns>
    private int HandOn(Span<Frame?> frames, ReceiveLink from)
    {
        int answers = 0;
        for (int i = 0; i < frames.Length; i++)
        {
            Frame frame = frames[i]!;
            if (CallFrame.TryRead(frame, out byte kind, out _) && CallFrame.IsAnswer(kind))
            {
                (frames[answers], frames[i]) = (frame, frames[answers]);
                answers++;
            }
            else
            {
                frames[i] = null;
                HandOn(frame, from);
            }
        }

        return answers;
    }

    /// <summary>Hands on a frame that is no answer.</summary>
    private void HandOn(Frame frame, ReceiveLink from)
    {
        try
        {
            if (!from.HasAsked)
            {
                from.HasAsked = true;
                if (LinkTo(from.Peer.SocketId) is { } callee)
                {
                    callee.HasSpoken = true;
                }
            }

            if (frame.Length >= CallFrame.HeaderSize && Unasked is { } unasked)
            {
                unasked(frame, from.Peer);
            }
            else
            {
                frame.Return();
            }
        }
        catch (Exception error)
        {
            // Who takes frames goes on with those that come next.
            Node.RaiseFailed(this, error);
        }
    }

    /// <summary>As <see cref="TryTakeOne"/>; several threads may do so at a time, and none overtakes another.</summary>
    private bool TryTakeInOrder(ref Frame? ready, out Frame? answer, out ReceiveLink from)
    {
        lock (_order)
        {
            return TryTakeOne(ref ready, out answer, out from);
        }
    }

    /// <summary>Takes what came first, and hands it on if it is no answer. False when nothing is there.</summary>
    private bool TryTakeOne(ref Frame? ready, out Frame? answer, out ReceiveLink from)
    {
        (answer, from) = (null, null!);
        Frame frame = ready!;
        try
        {
            if (_replies.TryReceive(ref frame, out from) != TakeStatus.Taken)
            {
                return false;
            }
        }
        catch (ObjectDisposedException)
        {
            // The socket is being closed, which ends its calls.
            return false;
        }
        catch (ViaductException)
        {
            // A callee that was lost or is unsound: the link of the requests to it tells its calls, after what it answered was taken.
            return true;
        }

        if (ReferenceEquals(frame, ready))
        {
            ready = null;
        }

        if (CallFrame.TryRead(frame, out byte kind, out _) && CallFrame.IsAnswer(kind))
        {
            answer = frame;
        }
        else
        {
            HandOn(frame, from);
            from.NoteHandedOn(1);
        }

        return true;
    }

    private readonly ref struct AnswerAttempt(CallerSocket socket, PendingCall call) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try()
        {
            socket.TakeAnswers(call);
            return call.IsDone;
        }
    }
}
