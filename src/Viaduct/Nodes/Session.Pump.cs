using Viaduct.Blobs;
using Viaduct.Links;
using Viaduct.Rings;
using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Nodes;

/// <content>Streams: the writer reads our sockets' rings like any receiver, and fills the connection; nobody waits for the network in a Send.</content>
internal sealed partial class Session
{
    /// <summary>Bytes that are put together for one call of the system.</summary>
    private const int OutputBudget = 256 * 1024;

    /// <summary>Bytes of one link before the next has its turn.</summary>
    private const int TurnBudget = 64 * 1024;

    private OutgoingLink[] _pumped = [];
    private IncomingLink[] _told = [];
    private volatile bool _linksChanged;
    private ulong[] _releasedBuffer = [];

    /// <summary>Asks that what is new be sent. Any thread; cheap when it was asked already.</summary>
    internal void RequestOutput() => _transport.RequestOutput();

    /// <summary>Sends what is new on a link on this thread, if little else is sent just now; otherwise as the other. Any thread, under a socket's gate, too.</summary>
    internal void SendOutput(OutgoingLink link) => _transport.SendOutput(link);

    /// <summary>Puts output together for one of the session's connections. False when there is no more.</summary>
    /// <param name="source">The connection.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="only">
    /// The one link to look at, on a thread that has just sent something there and may be under its socket's gate: no lock is waited for that somebody could hold who wants
    /// that gate. Null for all of them.
    /// </param>
    internal bool FillOutput(Transport source, FrameBuilder output, OutgoingLink? only)
    {
        if (only is null)
        {
            _output.Enter();
        }
        else if (!_output.TryEnter())
        {
            return true;
        }

        try
        {
            return ReferenceEquals(source, _transport) && !SharesMemory && State == SessionState.Open
                && (only is null ? FillOutput(output) : only.Held || Pump(only, output));
        }
        finally
        {
            _output.Exit();
        }
    }

    private bool FillOutput(FrameBuilder output)
    {
        int start = output.Length;
        RefreshLists();
        foreach (IncomingLink link in _told)
        {
            TellReceiverState(link, output);
        }

        bool more = true;
        while (more && output.Length - start < OutputBudget)
        {
            more = false;
            foreach (OutgoingLink link in _pumped)
            {
                more |= Pump(link, output);
            }
        }

        if (!more)
        {
            // Behind all that was sent: a server's last answers come before it says that it takes no more requests.
            foreach (IncomingLink link in _told)
            {
                TellClose(link, output);
            }
        }

        return output.Length > start;
    }

    private void RefreshLists()
    {
        if (_linksChanged)
        {
            // Lowered before the lists are copied: a link that comes meanwhile raises it again.
            _linksChanged = false;
            _pumped = OutgoingSnapshot();
            _told = IncomingSnapshot();
        }
    }

    private void TellReceiverState(IncomingLink link, FrameBuilder output)
    {
        // Cleared before the page is read: what changes afterwards sets it again.
        if (link.Stream is not { } stream || link.Link is not { } end || Interlocked.Exchange(ref link.Dirty, 0) == 0)
        {
            return;
        }

        if (_releasedBuffer.Length < (int)end.Window)
        {
            _releasedBuffer = new ulong[end.Window];
        }

        int count = link.Inbox.ReadState(end, _releasedBuffer, out ReceiverState state);
        Span<ulong> released = _releasedBuffer.AsSpan(0, count);
        foreach (ref ulong position in released)
        {
            position = stream.ToWire(position);
        }

        new ReceiverStateFrame
        {
            LinkId = link.Id,
            Consumed = stream.ToWire(state.Consumed),
            Taken = stream.ToWire(state.Taken),
            Demand = stream.ToWire(state.Demand),
            RevokeAnswer = state.RevokeAnswer,
            Missed = state.Missed,
        }.Write(output, released);
    }

    private static void TellClose(IncomingLink link, FrameBuilder output)
    {
        if (link.IsCloseDue)
        {
            link.CloseSent = true;
            new CloseLinkFrame(link.Id, ReceiverSide, link.Closing!).Write(output);
        }
    }

    /// <summary>Sends some of what one link has. True when there is more.</summary>
    private static bool Pump(OutgoingLink link, FrameBuilder output)
    {
        if (link.Reader is not { } reader || link.Link is not { } end || !GoBack(link, reader, end))
        {
            return false;
        }

        if (link.StartPending)
        {
            link.StartPending = false;
            new SenderStateFrame(link.Id, reader.Position, 0, end.History, 0).Write(output);
        }

        int limit = output.Length + TurnBudget;
        while (output.Length < limit)
        {
            if (end.WhenFull == FullMode.Latest && link.SentBytes == 0)
            {
                // What waited for the connection is passed over; the receiver counts the gap.
                reader.PassOver();
            }

            switch (reader.TryRead())
            {
                case ReadStatus.Overtaken:
                    reader.CatchUp();
                    link.SentBytes = 0;
                    continue;

                case ReadStatus.Message:
                    PumpMessage(link, reader, end, output);
                    continue;

                case ReadStatus.Complete:
                    new DataFrame
                    {
                        LinkId = link.Id,
                        Position = reader.Position,
                        Sequence = 0,
                        Attempt = 1,
                        Kind = RecordHeader.Complete,
                        TotalLength = 0,
                        Offset = 0,
                    }.Write(output, default);
                    reader.Advance();
                    continue;
            }

            PumpEnd(link, reader, output);
            return false;
        }

        return true;
    }

    /// <summary>After a broken connection, goes back to where the receiver is. False while that is not known.</summary>
    private static bool GoBack(OutgoingLink link, RecordReader reader, SendLink end)
    {
        if (!link.Held)
        {
            return true;
        }

        if (link.Rewind is not { } wanted)
        {
            return false;
        }

        link.Rewind = null;
        link.SentBytes = 0;
        ulong position = link.Outbox.OffsetOf(link.Ring, wanted, end.WhenFull != FullMode.Wait, out int offset);
        reader.Seek(position, offset);
        link.Held = false;
        return true;
    }

    private static unsafe void PumpMessage(OutgoingLink link, RecordReader reader, SendLink end, FrameBuilder output)
    {
        if (end.WhenFull != FullMode.Wait && reader.WasOvertaken())
        {
            // Half sent, and something else lies there by now.
            reader.CatchUp();
            link.SentBytes = 0;
            return;
        }

        if (link.SentBytes == 0)
        {
            // A publisher's ring refers to blobs for those that map them.
            link.Expanded = BlobPrefix.Expand(new ReadOnlySpan<byte>(reader.Payload, reader.Length));
        }

        ReadOnlySpan<byte> message = link.Expanded is { } expanded ? expanded : new ReadOnlySpan<byte>(reader.Payload, reader.Length);
        int length = Math.Max(0, Math.Min(WireLimits.MaxFragment, message.Length - link.SentBytes));
        new DataFrame
        {
            LinkId = link.Id,
            Position = reader.Position,
            Sequence = reader.Sequence,
            Attempt = (byte)reader.Attempt,
            Kind = RecordHeader.Inline,
            TotalLength = message.Length,
            Offset = link.SentBytes,
        }.Begin(output, length);
        message.Slice(link.SentBytes, length).CopyTo(output.Reserve(length));
        output.Advance(length);
        if (end.WhenFull != FullMode.Wait && reader.WasOvertaken())
        {
            output.Cancel();
            reader.CatchUp();
            link.SentBytes = 0;
            return;
        }

        output.End();
        link.SentBytes += length;
        if (link.SentBytes >= message.Length)
        {
            reader.Advance();
            link.SentBytes = 0;
            link.Expanded = null;
        }
    }

    /// <summary>All that the link has is sent: what was to come behind it follows.</summary>
    private static void PumpEnd(OutgoingLink link, RecordReader reader, FrameBuilder output)
    {
        if (link.RevokePending is > 0 and ulong revoke && reader.Position >= revoke)
        {
            link.RevokePending = 0;
            new SenderStateFrame(link.Id, 0, 0, 0, revoke).Write(output);
        }

        if (link.Closing is { } reason && !link.CloseSent)
        {
            link.CloseSent = true;
            new CloseLinkFrame(link.Id, SenderSide, reason).Write(output);
        }

        // Who completes waits until the end mark is on its way.
        link.Outbox.Wake();
    }

    private void OnReceiverState(in ReceiverStateFrame frame, ref FrameParser parser)
    {
        OutgoingLink? link = FindOutgoing(frame.LinkId);
        if (link?.Mirror is not { } mirror)
        {
            return;
        }

        mirror.Update(frame, ref parser);
        link.Outbox.Wake();
    }

    /// <summary>After a broken connection: a receiver tells where its link goes on.</summary>
    private void OnLinkResumed(OutgoingLink link, ulong next)
    {
        if (link.Held)
        {
            // A receiver that has nothing may not even have heard where the link begins.
            link.StartPending = next <= link.Link!.Start;
            link.Rewind = Math.Max(next, link.Link.Start);
            RequestOutput();
        }
    }

    /// <summary>What was cut off half-way comes again.</summary>
    private void NotePartialLoss()
    {
        lock (_input)
        {
            foreach (IncomingLink link in IncomingSnapshot())
            {
                link.Stream?.DropPartial();
            }
        }
    }

    /// <summary>On a new connection, says again what may have been lost with the old one.</summary>
    private void SayAgain()
    {
        foreach (ChannelSocket socket in Node.Listeners(remote: true))
        {
            Announce(socket);
        }

        foreach (IncomingLink link in IncomingSnapshot())
        {
            link.Stream?.DropPartial();
            link.CloseSent = false;

            // Of one that never began there is nothing to tell but that it is closed.
            Volatile.Write(ref link.Dirty, link.Link is null ? 0 : 1);
        }

        foreach (OutgoingLink link in OutgoingSnapshot())
        {
            // A receiver that knows the link says where it is; one that does not says that it is closed.
            link.CloseSent = false;
            link.RevokePending = link.LastRevoke;
            LinkFlags flags = link.Socket.Connects ? LinkFlags.None : LinkFlags.Replies;
            Offer(link, link.Link is null ? flags : flags | LinkFlags.Resume);
        }

        RequestOutput();
    }

    /// <summary>Takes back what our sockets have consumed of large messages; the next frame, which would do so, may be long in coming.</summary>
    private void SweepStreams()
    {
        // Not waited for: a frame that is worked on just now makes room itself.
        if (SharesMemory || !_input.TryEnter())
        {
            return;
        }

        try
        {
            foreach (IncomingLink link in IncomingSnapshot())
            {
                link.Stream?.Sweep();
            }

            _streams.Lanes.Chunks.Trim((long)Node.Options.IdleMemoryTimeout.TotalMilliseconds);
        }
        finally
        {
            _input.Exit();
        }
    }

    private void DrainOutput(TimeSpan linger)
    {
        if (!SharesMemory)
        {
            RequestOutput();
            SpinWait.SpinUntil(() => State != SessionState.Open || Array.TrueForAll(OutgoingSnapshot(), static link => link.Closing is null || link.CloseSent), linger);
        }
    }
}
