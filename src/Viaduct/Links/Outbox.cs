using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

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

        return (!handOver && (TrySendUsual(message) || TrySendInProcess(message))) || TrySend(message, handOver) ? default : BlockForNothingAsync(new AsyncSendAttempt<T>(this, message, handOver), cancellationToken);
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
