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

    /// <summary>Bytes sent, where they are known, beyond <see cref="_size"/> for each message: nothing has to be written where that is what it has.</summary>
    private long _bytesBeside;

    /// <summary>Bytes of each message, where they are the value's own; otherwise 0.</summary>
    private readonly int _size = format is UnmanagedFormat<T> ? Unsafe.SizeOf<T>() : 0;

    /// <summary>Where values go that are sent as they are, as long as there are <see cref="Credits"/>: see <see cref="GoShortWay"/>.</summary>
    private RecordRing? _onlyRing;

    /// <summary>The same within the process.</summary>
    private ObjectLane<T>? _onlySlots;

    /// <summary>Rung behind a message that went the short way: see <see cref="GoShortWay"/>.</summary>
    private Bell _onlyBell = Bell.Silent;

    /// <summary>Messages that receivers missed which have left.</summary>
    protected ulong MissedBefore;

    /// <summary>No more messages are accepted.</summary>
    private volatile bool _completing;

    /// <summary>The end was told to the receivers.</summary>
    protected bool Completed;

    private volatile bool _closed;

    /// <summary>The socket is being disposed.</summary>
    private volatile bool _closing;

    /// <summary>See <see cref="Refused"/>; counted by any session's thread.</summary>
    private long _refusals;

    /// <summary>Why the last receiver refused, or was refused; reported while there is no other.</summary>
    private Exception? _refusal;

    /// <summary>Messages that may be sent before the receivers' pages are read again; none once no more are accepted. Each new number uses one up.</summary>
    protected int Credits
    {
        get => (int)(_creditEnd - Sequence);
        set => _creditEnd = _completing ? Sequence : Sequence + (ulong)value;
    }

    /// <summary>Where the short way leads: see <see cref="GoShortWay"/>.</summary>
    protected Lane<T>? OnlyLane { get; private set; }

    /// <summary>The one receiver of that lane; null where several may read it.</summary>
    protected SendLink<T>? OnlyLink { get; private set; }

    /// <summary>The link that the last message went to, where messages go to one receiver each. Under the gate.</summary>
    public SendLink<T>? LastLink { get; protected set; }

    /// <summary>How messages become bytes.</summary>
    public MessageFormat<T> Format { get; } = format;

    /// <inheritdoc/>
    public bool IsClosed => _closed;

    /// <summary>Whether the socket is being closed, or is.</summary>
    public bool IsClosing => _closing;

    /// <summary>Whether no more messages are accepted.</summary>
    public bool IsCompleting => _completing;

    /// <summary>Why the messages end here without an end mark, so that receivers find a loss; null if they don't.</summary>
    protected string? Failure { get; private set; }

    /// <summary>The number of the last message. Under the gate.</summary>
    internal ulong LastSequence => Sequence;

    /// <summary>Messages sent. Not under the gate.</summary>
    public virtual long MessagesSent => Channel.Capacity > 0 ? (long)Sequence : CountMet().Messages;

    /// <summary>Messages that are not yet consumed.</summary>
    public abstract long Outstanding { get; }

    /// <summary>Messages given to another receiver.</summary>
    public long Redelivered { get; protected set; }

    /// <summary>Messages that went to the dead-letter handler.</summary>
    public long DeadLettered { get; protected set; }

    /// <summary>Receivers that were refused.</summary>
    public long Refused => Volatile.Read(ref _refusals);

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

    /// <summary>Bytes sent. Not under the gate.</summary>
    public long Bytes => Channel.Capacity > 0 ? BytesSent : CountMet().Bytes;

    private long BytesSent => ((long)Volatile.Read(ref Sequence) * _size) + Volatile.Read(ref _bytesBeside);

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
    protected override int FewLooks => 12;

    /// <summary>
    /// Sends a copy of a value, which is sent as it is, by the short way and by the thread that the gate leans towards. False where <see cref="TrySend(in T, bool)"/> has to look
    /// closer; sent is nothing then. What is called here is called last, so that nothing has to be kept over a call (decision 0030).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySendUsual(in T message)
    {
        // Where the message is a variable the compiler knows that it is there.
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>() || Unsafe.IsNullRef(in message) || !Gate.TryEnterAsOwner())
        {
            return false;
        }

        ulong sequence = Sequence;
        bool sent = sequence < _creditEnd && OnlyLink is null or { IsEnding: false };
        if (sent)
        {
            sent = _onlyRing is { } ring ? ring.TryWrite(message, sequence + 1) : _onlySlots is { } lane && lane.TryPutUsual(message, sequence + 1);
        }

        if (!sent)
        {
            Gate.ExitAsOwner();
            return false;
        }

        Sequence = sequence + 1;
        Bell bell = _onlyBell;
        if (!bell.IsIdle)
        {
            return RingAndExit(bell);
        }

        Gate.ExitAsOwner();
        return true;
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
        if (handOver || TryPutUsual(message) is not { } bell)
        {
            return TryPutAndExit(message, handOver);
        }

        if (!bell.IsIdle)
        {
            return RingAndExit(bell);
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
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool Send(in T message, bool handOver, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // Not inlined: what this needs on the stack would have to be cleared for the fast path, too.
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
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (Channel.Capacity == 0)
        {
            return MeetAsync(message, handOver, null, 0, cancellationToken);
        }

        return (!handOver && TrySendUsual(message)) || TrySend(message, handOver) ? default : BlockForNothingAsync(new AsyncSendAttempt<T>(this, message, handOver), cancellationToken);
    }

    /// <summary>Sends messages in their order, awaiting room.</summary>
    public ValueTask SendManyAsync(ReadOnlyMemory<T> messages, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled(cancellationToken)
        : BlockForNothingAsync(new SendManyAttempt<T>(this, messages, cancellationToken), cancellationToken);

    /// <summary>
    /// Sends as many as there is room for, in their order; of a channel of capacity 0 no more than one, which is a meeting of its own. What can't be sent is found again by who goes on
    /// with the rest.
    /// </summary>
    public int TrySendMany(ReadOnlySpan<T> messages)
    {
        if (Channel.Capacity == 0)
        {
            return messages.Length > 0 && TryMeet(messages[0], handOver: false) ? 1 : 0;
        }

        int count = 0;
        try
        {
            for (int sent = 1; sent > 0 && count < messages.Length; count += sent)
            {
                sent = TrySendSome(messages[count..]);
            }
        }
        catch (Exception error) when (count > 0 && error is not OutOfMemoryException)
        {
            // The first of the rest; it is thrown when that is sent.
        }

        return count;
    }

    /// <summary>Sends as many as can be published together, or else the first; possibly none.</summary>
    private int TrySendSome(ReadOnlySpan<T> messages)
    {
        Gate.Enter();
        ulong before = Sequence;
        try
        {
            int count = TryPutMany(messages);
            if (count == 0)
            {
                count = TryPut(messages[0], handOver: false) ? 1 : 0;
                NoteRefusal(count == 0);
            }

            return count;
        }
        catch when (Sequence != before)
        {
            // They are sent, and must not be sent again: it was the bell, which is rung again with the next.
            return (int)(Sequence - before);
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Sends under the gate. False when there is no room.</summary>
    internal abstract bool TryPut(in T message, bool handOver);

    /// <summary>Where the next message may go if it fits; null where <see cref="TryPut(in T, bool)"/> has to look closer. Under the gate.</summary>
    private Lane<T>? ShortWay
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Credits > 0 && !_completing && OnlyLink is null or { IsEnding: false } ? OnlyLane : null;
    }

    /// <summary>
    /// Sends a copy by the short way, where that takes nothing but room on the one lane. Never throws. Under the gate. No virtual method but the lane's own stands between: each
    /// call saves what it needs in memory (decision 0030).
    /// </summary>
    /// <param name="message">The message.</param>
    /// <returns>What is to be rung then; null where nothing was sent.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Bell? TryPutUsual(in T message)
    {
        if (ShortWay is not { } lane)
        {
            return null;
        }

        // What kind of lane it is must be known to the compiler to be asked cheaply: not of objects.
        bool put = !RuntimeHelpers.IsReferenceOrContainsReferences<T>() && lane is RecordLane<T> records
            ? records.TryPutUsual(message, Sequence + 1)
            : lane.TryPutUsual(message, Sequence + 1);
        if (!put)
        {
            return null;
        }

        // Read again: what is kept over a call has to be saved first.
        NoteSent(1, OnlyLane!.LastLength);
        return _onlyBell;
    }

    /// <summary>
    /// From now on messages may go to one lane, where nothing but <see cref="Credits"/> and its own room has to be looked at before. Only meant while there are credits: whatever
    /// changes that takes them away.
    /// </summary>
    /// <param name="lane">The lane; null where each message has to be looked at.</param>
    /// <param name="bell">What is rung then.</param>
    /// <param name="link">The one receiver of the lane; null where several may read it.</param>
    protected void GoShortWay(Lane<T>? lane, Bell bell, SendLink<T>? link)
    {
        OnlyLane = lane;
        OnlyLink = LastLink = link;
        _onlyBell = bell;
        _onlyRing = lane is RecordLane<T> { IsPlain: true } records ? records.Ring : null;
        _onlySlots = _size > 0 ? lane as ObjectLane<T> : null;
    }

    /// <summary>Counts the bytes of messages by which <see cref="Sequence"/> has grown; of one that is sent once more it has not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void NoteBytes(int count, long bytes)
    {
        if (bytes != (long)count * _size)
        {
            _bytesBeside += bytes - ((long)count * _size);
        }
    }

    /// <summary>Counts what was sent by the short way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void NoteSent(int count, long bytes)
    {
        Sequence += (ulong)count;
        NoteBytes(count, bytes);
        if (!ReferenceEquals(LastLink, OnlyLink))
        {
            // Written only where it changes: the collector is told of every reference that is written.
            LastLink = OnlyLink;
        }
    }

    /// <summary>Whether <see cref="TryPut(in T, bool)"/> would find room; of a rendezvous, whether a receive waits. Under the gate.</summary>
    protected abstract bool HasRoom();

    /// <summary>The bytes that a message has at the least.</summary>
    protected int LeastLength => Math.Max(1, Format.FixedSize);

    /// <summary>Sends, under the gate, as many messages as can be published together, by one store and with one ring of the bell; possibly none.</summary>
    protected virtual int TryPutMany(ReadOnlySpan<T> messages) => 0;

    /// <summary>The gate, for attempts.</summary>
    internal void EnterGate() => Gate.Enter();

    /// <summary>The gate, for attempts.</summary>
    internal void ExitGate() => Gate.Exit();

    private static bool Finish(WaitResult result, CancellationToken cancellationToken) => result switch
    {
        WaitResult.Done => true,
        WaitResult.TimedOut => false,
        _ => throw new OperationCanceledException(cancellationToken),
    };
}
