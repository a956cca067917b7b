using Viaduct.Links;

namespace Viaduct.Calls;

/// <content>
/// Where callees get a bounded number of calls at a time, the others wait here, bound to none of them: whichever has answered takes the next. Who takes an answer
/// hands out that next call itself; nobody is woken for it.
/// </content>
internal abstract partial class CallRoute
{
    /// <summary>Calls that wait; null where callees get all at once.</summary>
    private readonly CallLine? _line;

    /// <summary>The most calls that a callee has at a time.</summary>
    private readonly int _window;

    /// <summary>Which callee of those with the same load is next. Under the gate.</summary>
    private int _turn;

    /// <summary>Whether a call could not go out although no answer needs to come first. Under the gate.</summary>
    private bool _lacksRoom;

    /// <summary>1 while a loop waits for room.</summary>
    private int _roomLoops;

    /// <summary>Hands out what waits, after something has changed.</summary>
    protected void HandOut()
    {
        if (_line is null)
        {
            return;
        }

        List<(PendingCall Call, Exception Error)>? failed = null;
        bool lacksRoom;
        Outbox.EnterGate();
        try
        {
            lacksRoom = HandOutUnderGate(ref failed);
        }
        finally
        {
            Outbox.ExitGate();
        }

        AfterHandOut(failed, lacksRoom);
    }

    /// <summary>Sends a call, or lets it wait for its turn.</summary>
    private void WaitForTurn(PendingCall call, Frame frame)
    {
        bool lacksRoom;
        Outbox.EnterGate();
        try
        {
            Outbox.ThrowIfEnded();
            _lacksRoom = false;
            if (_line!.Count > 0 || !TryHandOut(call, frame))
            {
                _line.Add(call, frame);
            }

            lacksRoom = _lacksRoom;
        }
        finally
        {
            Outbox.ExitGate();
        }

        AfterHandOut(null, lacksRoom);
    }

    /// <summary>Hands out what can be. Under the gate.</summary>
    /// <returns>Whether somebody must look for room, once outside the gate.</returns>
    private bool HandOutUnderGate(ref List<(PendingCall Call, Exception Error)>? failed)
    {
        _lacksRoom = false;
        while (_line!.TryPeek(out PendingCall? call))
        {
            try
            {
                Outbox.ThrowIfEnded();
                call.OnTurn();
                if (!TryHandOut(call, call.Waiting!))
                {
                    break;
                }
            }
            catch (Exception error)
            {
                // It is too large, or nobody will come to carry it out: its caller's business, not that of who hands it out.
                (failed ??= []).Add((call, error));
            }

            _line.Remove(call);
        }

        return _lacksRoom;
    }

    /// <summary>Ends the calls that could not go out, and sees to it that room is noticed.</summary>
    private void AfterHandOut(List<(PendingCall Call, Exception Error)>? failed, bool lacksRoom)
    {
        if (failed is not null)
        {
            foreach ((PendingCall call, Exception error) in failed)
            {
                call.OnLost(error, CallProgress.NotStarted);
            }

            WakeAll();
        }

        if (lacksRoom && Interlocked.Exchange(ref _roomLoops, 1) == 0)
        {
            _ = WaitForRoomAsync();
        }
    }

    /// <summary>Sends a call to the callee with the fewest calls, unless all have as many as they may. Under the gate.</summary>
    private bool TryHandOut(PendingCall call, Frame frame)
    {
        uint id = _calls.NextId();
        if (id == 0)
        {
            return false;
        }

        CallFrame.SetId(frame, id);
        ReadOnlySpan<SendLink<Frame>> links = Outbox.Active;
        SendLink<Frame>? least = null;
        for (int i = 0; i < links.Length; i++)
        {
            SendLink<Frame> link = links[(_turn + i) % links.Length];
            if (!link.IsEnding && link.UnderWay < _window && (least is null || link.UnderWay < least.UnderWay))
            {
                least = link;
            }
        }

        if (least is null || !Outbox.TryPutTo(least, frame))
        {
            // With a callee that may have more it is room in memory that lacks, without any somebody who comes or refuses.
            _lacksRoom |= least is not null || links.Length == 0;
            return false;
        }

        _turn = links.IndexOf(least) + 1;
        _calls.Add(call, id, least, least.Sent - 1);
        return true;
    }

    /// <summary>Hands out calls as there is room, until all that wait only wait for answers.</summary>
    private async Task WaitForRoomAsync()
    {
        try
        {
            await Outbox.BlockAsync(new RoomAttempt(this), CancellationToken.None).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The socket was closed, which ends its calls.
        }

        Volatile.Write(ref _roomLoops, 0);

        // One that found the loop still there may have come too late for it. Pairs with the exchange in AfterHandOut.
        Interlocked.MemoryBarrier();
        if (_line!.Count > 0)
        {
            HandOut();
        }
    }

    private sealed class RoomAttempt(CallRoute route) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try()
        {
            List<(PendingCall Call, Exception Error)>? failed = null;
            bool lacksRoom;
            route.Outbox.EnterGate();
            try
            {
                lacksRoom = route.HandOutUnderGate(ref failed);
            }
            finally
            {
                route.Outbox.ExitGate();
            }

            route.AfterHandOut(failed, lacksRoom: false);
            return !lacksRoom;
        }
    }
}
