using Viaduct.Rings;

namespace Viaduct.Links;

/// <content>Senders that come, say something and go.</content>
internal sealed partial class Inbox<T>
{
    /// <summary>Adds a sender.</summary>
    public bool Attach(ReceiveLink<T> link)
    {
        Gate.Enter();
        try
        {
            if (_closed)
            {
                return false;
            }

            // Who wants only the latest message did not want the others.
            link.MissedMessages = WhenFull == FullMode.Latest ? null : MissedMessages;
            _links = [.. _links, link];
            _refusal = null;
            if (_waiting > 0)
            {
                link.SetDemand(_waiting);
            }
        }
        finally
        {
            Gate.Exit();
        }

        // Who waits for messages goes on beside what is told of the peer, which may start the thread pool.
        Wake();
        PeerChanged?.Invoke(link, PeerState.Joined, link.Peer.Reason);
        return true;
    }

    /// <inheritdoc/>
    public unsafe ReceiveLink? AttachRecords(RecordReader reader, LinkSetup setup, ReceiverPage* page, int window, LinkStart start)
    {
        RecordReceiveLink<T> link = new(
            reader, Format, setup.Peer, setup.Memory, page, window, start.Position, Channel.Capacity == 0, WhenFull)
        {
            // As its sender says; no more than it keeps.
            History = Math.Min(start.History, Math.Min(History, Channel.History)),
            Bell = setup.Bell,
            Waiting = setup.Waiting,
            Watched = setup.Watched,
            Closed = setup.Closed,
        };
        return Attach(link) ? link : null;
    }

    /// <inheritdoc/>
    public bool Has(Guid socketId) => Array.Exists(Volatile.Read(ref _links), link => link.Peer.SocketId == socketId && link.Lost is null);

    /// <inheritdoc/>
    public void Lose(ReceiveLink link, Exception? error, string reason)
    {
        Gate.Enter();
        bool completed;
        bool told;
        try
        {
            completed = error is null;
            told = link.IsClosed;
            link.Lose(error ?? new ChannelCompletedException(Channel.Name));
            if (link is ReceiveLink<T> { Completed: true, CompletionTold: true, HeldLeases: 0 } done)
            {
                // Nothing more can come of it, and maybe nobody looks again: its sender waits for its memory.
                Remove(done);
            }
        }
        finally
        {
            Gate.Exit();
        }

        if (!told)
        {
            PeerChanged?.Invoke(link, completed ? PeerState.Left : PeerState.Lost, ReasonOr(reason));
        }

        Wake();
    }

    /// <inheritdoc/>
    public void AddMissed(ReceiveLink link, ulong count)
    {
        Gate.Enter();
        try
        {
            link.AddMissed(count);
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <inheritdoc/>
    public void Refuse(Exception refusal)
    {
        Interlocked.Increment(ref _refusals);
        if (TellsRefusals)
        {
            _refusal = refusal;
            Wake();
        }
    }

    /// <inheritdoc/>
    public void Revoke(ReceiveLink link, ulong position)
    {
        Gate.Enter();
        try
        {
            link.Revoke(position);
            if (Channel.Capacity == 0)
            {
                // What is waited for is now the message behind the one given back.
                link.SetDemand(_waiting);
            }
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <inheritdoc/>
    public unsafe int ReadState(ReceiveLink link, Span<ulong> released, out ReceiverState state)
    {
        Gate.Enter();
        try
        {
            ReceiverPage* page = link.Page;
            state = new ReceiverState(page->Consumed, page->Taken, page->Demand, page->RevokeAnswer, page->Missed);
            return link.CopyReleased(released);
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Lets go of every sender: what is not consumed is theirs again.</summary>
    public void Close()
    {
        ReceiveLink<T>[] links;
        Gate.Enter();
        try
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            foreach (ReceiveLink<T> link in _links)
            {
                _missedBefore += link.Missed;
            }

            links = [.. _links, .. _gone];
            Array.ForEach(links, static link => link.IsClosed = true);
            _links = [];
            _gone = [];
            _spareLease = null;
        }
        finally
        {
            Gate.Exit();
        }

        Wake();
        foreach (ReceiveLink<T> link in links)
        {
            link.Closed?.Invoke(link, "");
        }
    }

    private void Remove(ReceiveLink<T> link, string reason = "")
    {
        int index = Array.IndexOf(_links, link);
        if (index < 0)
        {
            return;
        }

        _someCompleted |= link.Completed;
        _missedBefore += link.Missed;
        _links = Array.FindAll(_links, other => other != link);

        // Whose turn it was has it still, or the one behind it.
        _turn -= index < _turn ? 1 : 0;
        _turn = _turn < _links.Length ? _turn : 0;
        if (link.Lost is not null && link.HeldLeases > 0)
        {
            _gone = [.. _gone, link];
        }
        else
        {
            CloseSoon(link, reason);
        }
    }

    /// <summary>Closes the link of a sender that is gone once its last lease has ended. Under the gate.</summary>
    private void LetGo(ReceiveLink<T> link)
    {
        if (_gone.Length > 0 && link.HeldLeases == 0 && Array.IndexOf(_gone, link) >= 0)
        {
            _gone = [.. _gone.Except([link])];
            CloseSoon(link, "");
        }
    }

    private void CloseSoon(ReceiveLink<T> link, string reason)
    {
        link.IsClosed = true;

        // Those that were its own would keep it and its memory until they are used again. New ones are made as they are needed.
        _spareLease = null;

        // Not from under the gate: closing tells the node, which may take other gates.
        ThreadPool.UnsafeQueueUserWorkItem(_ => link.Closed?.Invoke(link, reason), null);
    }

    /// <summary>Ends the link to a sender whose other link to us was found faulty.</summary>
    internal void Break(Guid sender, string reason)
    {
        ReceiveLink<T>? link;
        Gate.Enter();
        try
        {
            link = Array.Find(_links, link => link.Peer.SocketId == sender);
            if (link is not null)
            {
                link.Fault = new ProtocolViolationException(reason);
                Remove(link, reason);
            }
        }
        finally
        {
            Gate.Exit();
        }

        if (link is not null)
        {
            PeerChanged?.Invoke(link, PeerState.Lost, reason);
            Wake();
        }
    }

    /// <summary>Lets go of the link that was being read when its sender turned out to be unsound.</summary>
    private void Break(ProtocolViolationException error)
    {
        if (_turn < _links.Length)
        {
            ReceiveLink<T> link = _links[_turn];
            link.Fault = error;
            Remove(link, error.Message);

            // Not from under the gate: who hears of it may take others, or come back to this one.
            ThreadPool.UnsafeQueueUserWorkItem(_ => PeerChanged?.Invoke(link, PeerState.Lost, error.Message), null);

            // With the others alone the channel may have come to its end, or a wait be in vain.
            Wake();
        }
    }
}
