using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>The sending side of a socket: one strategy (to one, or to all) over the links to its receivers. Thread-safe.</summary>
internal abstract partial class Outbox<T>(ChannelSpec channel, SocketOptions options, MessageFormat<T> format) : Mailbox(channel, options), IOutbox
{
    /// <summary>Every link, completed or not.</summary>
    protected SendLink<T>[] Links = [];

    /// <summary>The number of the last message.</summary>
    protected ulong Sequence;

    /// <summary>What that may become before the receivers' pages are read again.</summary>
    private ulong _creditEnd;

    /// <summary>Bytes sent, where they are known.</summary>
    protected long BytesSent;

    /// <summary>Messages that receivers missed which have left.</summary>
    protected ulong MissedBefore;

    /// <summary>No more messages are accepted.</summary>
    private volatile bool _completing;

    /// <summary>The end was told to the receivers.</summary>
    protected bool Completed;

    private volatile bool _closed;

    /// <summary>The socket is being disposed.</summary>
    private volatile bool _closing;

    /// <summary>A send of a channel of capacity 0 that is over, to be used again.</summary>
    private Rendezvous<T>? _spareMeeting;

    /// <summary>Why the last receiver refused, or was refused; reported while there is no other.</summary>
    private Exception? _refusal;

    /// <summary>Messages that may be sent before the receivers' pages are read again. Each new number uses one up.</summary>
    protected int Credits
    {
        get => (int)(_creditEnd - Sequence);
        set => _creditEnd = Sequence + (ulong)value;
    }

    /// <summary>How messages become bytes.</summary>
    public MessageFormat<T> Format { get; } = format;

    /// <inheritdoc/>
    public bool IsClosed => _closed;

    /// <summary>Whether the socket is being closed, or is: nothing is sent any more.</summary>
    public bool IsClosing => _closing;

    /// <summary>Whether no more messages are accepted.</summary>
    public bool IsCompleting => _completing;

    /// <summary>Why the messages end here without an end mark, so that receivers find a loss; null if they don't.</summary>
    protected string? Failure { get; private set; }

    /// <summary>Messages sent.</summary>
    public long MessagesSent => (long)Sequence;

    /// <summary>Messages that are not yet consumed.</summary>
    public abstract long Outstanding { get; }

    /// <summary>Messages given to another receiver.</summary>
    public long Redelivered { get; protected set; }

    /// <summary>Messages that went to the dead-letter handler.</summary>
    public long DeadLettered { get; protected set; }

    /// <summary>Receivers that were refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Messages that receivers missed.</summary>
    public long Missed
    {
        get
        {
            ulong sum = MissedBefore;
            foreach (SendLink<T> link in Volatile.Read(ref Links))
            {
                sum += link.Missed;
            }

            return (long)sum;
        }
    }

    /// <summary>Bytes sent.</summary>
    public long Bytes => Volatile.Read(ref BytesSent);

    /// <inheritdoc/>
    protected override ReadOnlySpan<LinkEnd> Ends => Links;

    /// <inheritdoc/>
    protected override long Progress => (long)Sequence;

    /// <inheritdoc/>
    /// <remarks>
    /// Looking takes the receiver's cache line away from it. A pause that grows lets it run ahead, so that the next look finds much room instead
    /// of a little at the price of a transfer each.
    /// </remarks>
    protected override int PauseAfter(int looks) => Math.Min(looks, 32);

    /// <inheritdoc/>
    public IReadOnlyList<Peer> Peers
    {
        get
        {
            Gate.Enter();
            try
            {
                return Array.ConvertAll(Links, link =>
                {
                    Refresh(link);
                    return link.Peer.Describe((long)(link.Sent - link.Start), (long)link.Outstanding);
                });
            }
            finally
            {
                Gate.Exit();
            }
        }
    }

    /// <summary>Sends now if there is room; the fast path.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySend(in T message, bool handOver)
    {
        if (Channel.Capacity == 0)
        {
            return TryMeet(message, handOver);
        }

        if (Unsafe.IsNullRef(in message))
        {
            // Under the gate, which has nothing to clean up, reading it would throw. Where the message is a variable the compiler knows that it is there.
            ThrowNoMessage();
        }

        Gate.Enter();
        if (handOver || !TryPutUsual(message, out Bell? bell))
        {
            return TryPutAndExit(message, handOver);
        }

        if (bell is not null)
        {
            RingAndExit(bell);
            return true;
        }

        Gate.Exit();
        return true;
    }

    [DoesNotReturn]
    private static void ThrowNoMessage() => throw new ArgumentNullException("message", "The reference to the message refers to nothing.");

    /// <summary>A method of its own, as all that may throw under the gate: the fast path has nothing to clean up.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryPutAndExit(in T message, bool handOver)
    {
        try
        {
            bool put = TryPut(message, handOver);
            NoteRefusal(!put);
            return put;
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Whether a message of the usual size could be sent now, or sending would throw.</summary>
    public bool IsReady()
    {
        Gate.Enter();
        try
        {
            return _completing || (Links.Length == 0 && _refusal is not null) || HasRoom();
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Sends, waiting for room until the time is over (negative: for ever).</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled and the message was not sent.</exception>
    public bool Send(in T message, bool handOver, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (Channel.Capacity == 0)
        {
            return Meet(message, handOver, insists: true, timeout, cancellationToken);
        }

        SendAttempt<T> attempt = new(this, message, handOver);
        return Finish(Block(ref attempt, timeout, cancellationToken), cancellationToken);
    }

    /// <summary>Sends, awaiting room.</summary>
    public ValueTask SendAsync(T message, bool handOver, CancellationToken cancellationToken)
    {
        if (Channel.Capacity == 0)
        {
            return MeetAsync(message, handOver, null, 0, cancellationToken);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        return TrySend(message, handOver) ? default : BlockForNothingAsync(new AsyncSendAttempt<T>(this, message, handOver), cancellationToken);
    }

    /// <summary>Sends as many as there is room for, in their order. What can't be sent is found again by who goes on with the rest.</summary>
    public int TrySendMany(ReadOnlySpan<T> messages)
    {
        int count = TrySendTogether(messages);
        try
        {
            while (count < messages.Length && TrySend(messages[count], handOver: false))
            {
                count++;
                count += TrySendTogether(messages[count..]);
            }
        }
        catch (Exception error) when (count > 0 && error is not OutOfMemoryException)
        {
            // The first of the rest; it is thrown when that is sent.
        }

        return count;
    }

    /// <summary>Sends as many as can be published together; possibly none.</summary>
    private int TrySendTogether(ReadOnlySpan<T> messages)
    {
        Gate.Enter();
        try
        {
            return TryPutMany(messages);
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <inheritdoc/>
    public void Refuse(Exception refusal)
    {
        Refused++;
        _refusal = refusal;
        Wake();
    }

    /// <inheritdoc/>
    public abstract void Detach(LinkEnd link, string reason, bool lost);

    /// <inheritdoc/>
    public virtual void MarkDying(SendLink link) => link.IsDying = true;

    /// <inheritdoc/>
    public bool Has(Guid socketId)
    {
        SendLink<T>[] links = Volatile.Read(ref Links);
        return Array.Exists(links, link => link.Peer.SocketId == socketId);
    }

    /// <inheritdoc/>
    public int Count => Volatile.Read(ref Links).Length;

    /// <summary>A lane for one more receiver of this process.</summary>
    public abstract ObjectLane<T> OpenObjectLane();

    /// <summary>A lane for one more receiver behind bytes, out of memory that <paramref name="source"/> gives.</summary>
    public abstract RecordLane<T> OpenRecordLane(LaneMemory source);

    /// <inheritdoc/>
    public object OpenRecords(LaneMemory memory, out RecordRing ring)
    {
        RecordLane<T> lane = OpenRecordLane(memory);
        ring = lane.Ring;
        return lane;
    }

    /// <inheritdoc/>
    public unsafe SendLink? AttachRecords(object lane, LinkSetup setup, ReceiverPage* page, Action<ulong, int> started)
    {
        RecordLane<T> records = (RecordLane<T>)lane;
        SendLink<T> Create()
        {
            // Under the gate, so that nothing is sent between this and the link's being there.
            ulong start = Admit(records, setup.WhenFull, setup.History);
            started(start, records.Ring.OffsetOf(start));
            return new SendLink<T>(records, setup.Peer, setup.Memory, page, start)
            {
                WhenFull = setup.WhenFull,
                Bell = setup.Bell,
                Waiting = setup.Waiting,
                Watched = setup.Watched,
                Closed = setup.Closed,
                Revoke = setup.Revoke,
                IsSent = setup.IsSent,
            };
        }

        return Attach(Create, out SendLink<T>? link) ? link : null;
    }

    /// <inheritdoc/>
    public ulong OffsetOf(RecordRing ring, ulong position, bool overtakable, out int offset)
    {
        Gate.Enter();
        try
        {
            position = overtakable ? Math.Max(position, ring.First) : position;
            offset = position >= ring.First && position <= ring.Sent
                ? ring.OffsetOf(position)
                : throw new ProtocolViolationException($"Channel '{Channel.Name}': the receiver wants message {position} again, where {ring.First} to {ring.Sent} are kept.");
            return position;
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <inheritdoc/>
    public void AbandonRecords(object lane) => Abandon((RecordLane<T>)lane);

    /// <summary>Gives back a lane whose receiver never came.</summary>
    public abstract void Abandon(Lane<T> lane);

    /// <summary>Prepares a lane, under the gate, for one more reader. Returns the first position that it gets.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="whenFull">What the reader wants when it is full.</param>
    /// <param name="history">How many of the last messages it wants first.</param>
    public virtual ulong Admit(Lane<T> lane, FullMode whenFull, int history)
    {
        if (whenFull != FullMode.Wait)
        {
            lane.AllowOvertaking();
        }

        if (whenFull == FullMode.Latest)
        {
            lane.ShowNewest();
        }

        return lane.Sent;
    }

    /// <summary>Adds a receiver. Its link begins at the lane's present position.</summary>
    public bool Attach(Func<SendLink<T>> create, out SendLink<T>? link)
    {
        Gate.Enter();
        try
        {
            link = null;
            if (_closed)
            {
                return false;
            }

            link = create();
            Links = [.. Links, link];
            Credits = 0;
            _refusal = null;
            OnAttached(link);
        }
        finally
        {
            Gate.Exit();
        }

        PeerChanged?.Invoke(link, PeerState.Joined, link.Peer.Reason);
        Wake();
        return true;
    }

    /// <summary>Sends under the gate. False when there is no room.</summary>
    internal abstract bool TryPut(in T message, bool handOver);

    /// <summary>
    /// Sends a copy under the gate where that takes nothing but room on the one receiver's lane. False where <see cref="TryPut(in T, bool)"/> has to
    /// look closer. Never throws.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="bell">What is to be rung then, if anything.</param>
    protected virtual bool TryPutUsual(in T message, out Bell? bell)
    {
        bell = null;
        return false;
    }

    /// <summary>Whether <see cref="TryPut(in T, bool)"/> would find room; of a rendezvous, whether a receive waits. Under the gate.</summary>
    protected abstract bool HasRoom();

    /// <summary>The bytes that a message has at the least.</summary>
    protected int LeastLength => Math.Max(1, Format.FixedSize);

    /// <summary>Sends, under the gate, as many messages as can be published together, by one store and with one ring of the bell; possibly none.</summary>
    protected virtual int TryPutMany(ReadOnlySpan<T> messages) => 0;

    /// <summary>Publishes for a rendezvous, under the gate. False when nobody is there (or, unless it insists, nobody waits).</summary>
    internal abstract bool TryPublish(Rendezvous<T> meeting);

    /// <summary>Whether a published message can be asked back.</summary>
    internal virtual bool CanRevoke => true;

    /// <summary>Another receiver that has not yet taken the message which that one took.</summary>
    internal virtual SendLink<T>? FindUntaken(SendLink<T> after) => null;

    /// <summary>Whether all is consumed, and if so tells the receivers the end. Under the gate.</summary>
    internal abstract bool TryFinish();

    /// <summary>The gate, for attempts.</summary>
    internal void EnterGate() => Gate.Enter();

    /// <summary>The gate, for attempts.</summary>
    internal void ExitGate() => Gate.Exit();

    /// <summary>Whether another receiver than that one waits for a message (k = 0).</summary>
    internal bool IsWantedElsewhere(SendLink<T> link)
    {
        foreach (SendLink<T> other in Links)
        {
            if (other != link && other.IsWanted)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes the end mark on every lane that has none. Under the gate.</summary>
    protected abstract void EndLanes();

    /// <summary>Forgets messages that wait for another receiver. Under the gate.</summary>
    protected virtual void DropOrphans()
    {
    }

    /// <summary>Lets go of the lanes.</summary>
    protected abstract void CloseLanes();

    /// <summary>A link was added, under the gate.</summary>
    protected abstract void OnAttached(SendLink<T> link);

    /// <summary>Messages that a receiver has not consumed; the end mark is none.</summary>
    protected long Unconsumed(SendLink<T> link) => (long)link.Outstanding - (Completed && link.Outstanding > 0 ? 1 : 0);

    /// <summary>Reads a receiver's page; a lying one is let go. False when it was.</summary>
    protected bool Refresh(SendLink<T> link)
    {
        if (link.IsBroken)
        {
            return false;
        }

        try
        {
            link.Refresh();
            return true;
        }
        catch (ProtocolViolationException error)
        {
            link.IsBroken = true;
            link.Fault = error;
            BreakLater(link, error);
            return false;
        }
    }

    /// <summary>Not from under the gate: detaching takes it. A method of its own, so that only a failure allocates the closure.</summary>
    private void BreakLater(SendLink<T> link, ProtocolViolationException error) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ => BreakLink(link, error), null);

    /// <summary>Ends the link to a receiver whose other link to us was found faulty.</summary>
    internal void Break(Guid receiver, string reason)
    {
        SendLink<T>? link = Array.Find(Volatile.Read(ref Links), other => other.Peer.SocketId == receiver);
        if (link is { IsGone: false })
        {
            ProtocolViolationException error = new(reason);
            link.IsBroken = true;
            link.Fault = error;
            BreakLater(link, error);
        }
    }

    private void BreakLink(SendLink<T> link, ProtocolViolationException error)
    {
        // The session first, so that its pump no longer reads what detaching may free.
        link.Closed?.Invoke(link, error.Message);
        Detach(link, error.Message, lost: true);
    }

    private static bool Finish(WaitResult result, CancellationToken cancellationToken) => result switch
    {
        WaitResult.Done => true,
        WaitResult.TimedOut => false,
        _ => throw new OperationCanceledException(cancellationToken),
    };

    private bool TryMeet(in T message, bool handOver) =>
        Meet(message, handOver, insists: false, TimeSpan.Zero, CancellationToken.None);

    private bool Meet(in T message, bool handOver, bool insists, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Rendezvous<T> meeting = RentMeeting(message, handOver, insists);
        try
        {
            WaitResult result = Block(ref meeting, timeout, cancellationToken);
            if (result != WaitResult.Done && meeting.IsPublished)
            {
                if (timeout == TimeSpan.Zero)
                {
                    Block(ref meeting, Rendezvous<T>.MeetingBound, CancellationToken.None);
                }

                meeting.Withdraw();
                if (Block(ref meeting, Rendezvous<T>.AnswerBound, CancellationToken.None) != WaitResult.Done)
                {
                    meeting.GiveUp();
                }
            }

            return meeting.Outcome() || Finish(result == WaitResult.Done ? WaitResult.TimedOut : result, cancellationToken);
        }
        finally
        {
            ReturnMeeting(meeting);
        }
    }

    private ValueTask MeetAsync(in T message, bool handOver, Loaned<T>? loan, uint ticket, CancellationToken cancellationToken)
    {
        Rendezvous<T> meeting = RentMeeting(message, handOver, insists: true);
        return BlockForNothingAsync(new MeetAttempt<T>(this, meeting, loan, ticket, cancellationToken), cancellationToken);
    }

    private Rendezvous<T> RentMeeting(in T message, bool handOver, bool insists)
    {
        Rendezvous<T> meeting = Interlocked.Exchange(ref _spareMeeting, null) ?? new Rendezvous<T>(this);
        meeting.Begin(message, handOver, insists);
        return meeting;
    }

    /// <summary>A send of a channel of capacity 0 is over.</summary>
    internal void ReturnMeeting(Rendezvous<T> meeting)
    {
        // Keeps nothing alive.
        meeting.Begin(default!, handOver: false, insists: false);
        Volatile.Write(ref _spareMeeting, meeting);
    }
}
