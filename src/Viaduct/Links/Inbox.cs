using System.Runtime.CompilerServices;

namespace Viaduct.Links;

/// <summary>The receiving side of a socket: fair pull over the links to its senders. Thread-safe.</summary>
internal sealed partial class Inbox<T>(ChannelSpec channel, SocketOptions options, MessageFormat<T> format, FullMode whenFull, int? history = null)
    : Mailbox(channel, options), IInbox
{
    private ReceiveLink<T>[] _links = [];

    /// <summary>Links of senders that are gone and of which nothing more comes, but leases are held: their memory stays until those end.</summary>
    private ReceiveLink<T>[] _gone = [];

    /// <summary>Which link is asked first.</summary>
    private int _turn;

    /// <summary>Less than half of the messages that were asked for had come. Threads that share the socket disturb each other, which costs or spares a pause.</summary>
    private bool _fewCame;

    /// <summary>Receives that wait (k = 0).</summary>
    private int _waiting;

    /// <summary>Some sender completed in order, so that having none left means the end.</summary>
    private bool _someCompleted;

    /// <summary>Messages that were leased and then not wanted: they come first.</summary>
    private Queue<Received<T>>? _returned;

    /// <summary>What was found behind messages that were received together: each of the next receives throws one. Under the gate.</summary>
    private Queue<Exception>? _postponed;

    private long _received;
    private long _bytes;
    private ulong _missedBefore;
    private volatile bool _closed;
    private Exception? _refusal;

    /// <summary>See <see cref="Refused"/>; counted by any session's thread.</summary>
    private long _refusals;

    /// <summary>How bytes become messages.</summary>
    public MessageFormat<T> Format { get; } = format;

    /// <inheritdoc/>
    public FullMode WhenFull { get; } = whenFull;

    /// <inheritdoc/>
    public int History { get; } = history ?? channel.History;

    /// <summary>Whether receiving throws why senders were refused while there is no other. Not where receiving is nobody's wish of its own: as by a service.</summary>
    public bool TellsRefusals { get; init; } = true;

    /// <summary>Raises that messages were missed; called under the gate, so it must not wait.</summary>
    public Action<LinkEnd, long>? MissedMessages { get; set; }

    /// <summary>Bytes received, where they are known.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether the socket was disposed.</summary>
    public bool IsClosed => _closed;

    /// <summary>Messages received.</summary>
    public long MessagesReceived => Volatile.Read(ref _received);

    /// <summary>Senders that were refused.</summary>
    public long Refused => Volatile.Read(ref _refusals);

    /// <summary>Messages that were overwritten before they were received.</summary>
    public long Missed
    {
        get
        {
            ulong sum = _missedBefore;
            foreach (ReceiveLink<T> link in Volatile.Read(ref _links))
            {
                sum += link.Missed;
            }

            return (long)sum;
        }
    }

    /// <summary>Messages received and not yet consumed.</summary>
    public long HeldLeases
    {
        get
        {
            ReceiveLink<T>[] links = Volatile.Read(ref _links);
            ReceiveLink<T>[] gone = Volatile.Read(ref _gone);
            if (links.Length == 1 && gone.Length == 0)
            {
                return links[0].HeldLeases;
            }

            long sum = 0;
            foreach (ReceiveLink<T> link in links)
            {
                sum += link.HeldLeases;
            }

            foreach (ReceiveLink<T> link in gone)
            {
                sum += link.HeldLeases;
            }

            return sum;
        }
    }

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (ReceiveLink<T> link in Volatile.Read(ref _links))
            {
                count += link.Lost is null ? 1 : 0;
            }

            return count;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Peer> Peers =>
        [.. Volatile.Read(ref _links).Where(static link => link.Lost is null).Select(static link => link.Peer.Describe(link.Messages, Math.Max(0, link.HeldLeases)))];

    /// <inheritdoc/>
    protected override ReadOnlySpan<LinkEnd> Ends => _links;

    /// <inheritdoc/>
    protected override long Progress => _received;

    /// <inheritdoc/>
    /// <remarks>Half as many as of others: who waits for a value looks several times each time.</remarks>
    protected override int PauseAfter(int looks) => looks < BusyLooks / 2 ? 0 : 3;

    /// <summary>Takes and consumes a message now if there is one; the fast path where the sender whose turn it is has one. The value is undefined where none was taken.</summary>
    /// <param name="value">The message.</param>
    /// <param name="looks">As of <see cref="ReceiveLink{T}.TryReceiveUsual(ref T, out int, int)"/>, where there is one sender.</param>
    /// <inheritdoc cref="TryTake" path="/exception"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TakeStatus TryReceive(out T value, int looks = 1)
    {
        Gate.Enter();
        ReceiveLink<T>[] links = _links;
        int turn = _turn;
        if ((uint)turn >= (uint)links.Length || _returned is not null || links[turn] is not { Lost: null } link)
        {
            return TryReceiveAndExit(out value);
        }

        Unsafe.SkipInit(out value);
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            value = default!;
        }

        if (looks > 1 && links.Length > 1)
        {
            // The others may have one.
            looks = 1;
        }

        // As in Outbox.TryPutUsual: asked only where that is cheap.
        Glance found = !RuntimeHelpers.IsReferenceOrContainsReferences<T>() && link is RecordReceiveLink<T> records
            ? records.TryReceiveUsual(ref value, out int length, looks)
            : link.TryReceiveUsual(ref value, out length, looks);
        if (found == Glance.Message)
        {
            _received++;
            _bytes += length;
            PassTurn();
            if (!link.Bell.IsIdle)
            {
                RingAndExit(link);
                return TakeStatus.Taken;
            }
        }
        else if (found == Glance.More || _closed || link.Completed || _links.Length > 1)
        {
            return TryReceiveAndExit(out value);
        }

        Gate.Exit();
        return found == Glance.Message ? TakeStatus.Taken : TakeStatus.Empty;
    }

    /// <summary>A message was taken from the sender whose turn it was: the next one is asked first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PassTurn()
    {
        int count = _links.Length;
        if (count > 1)
        {
            _turn = _turn + 1 < count ? _turn + 1 : 0;
        }
    }

    /// <summary>Rings for a sender, and leaves the gate. A method of its own: the fast path has nothing to clean up.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RingAndExit(ReceiveLink link)
    {
        link.Ring();
        Gate.Exit();
    }

    /// <summary>A method of its own, as all that may throw under the gate: the fast path has nothing to clean up.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private TakeStatus TryReceiveAndExit(out T value)
    {
        try
        {
            ReceiveLink<T>[] links = _links;
            if (links.Length == 1 && _returned is null && links[0] is { Lost: null } link)
            {
                _turn = 0;
                if (link.TryReceive(out value, out int length))
                {
                    _received++;
                    _bytes += length;
                    return TakeStatus.Taken;
                }

                if (!_closed && !link.Completed)
                {
                    return TakeStatus.Empty;
                }
            }
            else if (links.Length > 1 && _returned is null)
            {
                value = default!;
                if (TryReceiveInTurn(ref value, out _) is { } status)
                {
                    return status;
                }
            }
        }
        catch (ProtocolViolationException error)
        {
            Break(error);
            throw;
        }
        catch
        {
            // As in TryTakeTurn.
            PassTurn();
            throw;
        }
        finally
        {
            Gate.Exit();
        }

        return TryReceiveSlowly(out value);
    }

    /// <summary>
    /// Asks several senders, the one whose turn it is first, where there is nothing to do but to take a message. Null where the long way has to look. Under the gate.
    /// </summary>
    /// <param name="value">A message that may be used again, or none; then the message, where one was taken.</param>
    /// <param name="from">The link that it came on.</param>
    /// <exception cref="ProtocolViolationException">The sender whose turn it is now wrote what can't be.</exception>
    private TakeStatus? TryReceiveInTurn(ref T value, out ReceiveLink? from)
    {
        from = null;
        ReceiveLink<T>[] links = _links;
        bool all = true;
        bool told = true;
        int first = _turn;
        int index = first;
        for (int left = links.Length; left > 0; left--, index++)
        {
            index = index < links.Length ? index : 0;
            ReceiveLink<T> link = links[index];
            if (link.Lost is not null)
            {
                _turn = first;
                return null;
            }

            _turn = index;
            if (!link.Completed && TryReceive(link, ref value, out int length))
            {
                PassTurn();
                _received++;
                _bytes += length;
                from = link;
                return TakeStatus.Taken;
            }

            all &= link.Completed;
            told &= !link.Completed || link.CompletionTold;
        }

        _turn = first;
        return all || !told || _closed ? null : TakeStatus.Empty;
    }

    /// <summary>Takes and consumes the next message of a sender, the short way where that is possible.</summary>
    private static bool TryReceive(ReceiveLink<T> link, ref T value, out int length)
    {
        Glance found = link.TryReceiveUsual(ref value, out length);
        if (found == Glance.Message)
        {
            link.Ring();
        }
        else if (found == Glance.More && link.TryReceive(out T other, out length))
        {
            value = other;
            found = Glance.Message;
        }

        return found == Glance.Message;
    }

    /// <summary>A method of its own: what it needs on the stack would have to be cleared for the fast path, too.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private TakeStatus TryReceiveSlowly(out T value)
    {
        TakeStatus status = TryTake(lease: false, out Received<T> received);
        value = status == TakeStatus.Taken ? received.Value : default!;
        return status;
    }

    /// <summary>Takes and consumes a message, waiting until the time is over (negative: for ever).</summary>
    public TakeStatus Receive(out T value, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Unsafe.SkipInit(out value);
        ReceiveInPlaceAttempt<T> attempt = new(this, ref value);
        WaitResult result = Block(ref attempt, timeout, cancellationToken);
        return result == WaitResult.Canceled ? throw new OperationCanceledException(cancellationToken) : attempt.Status;
    }

    /// <summary>Takes and consumes a message, awaiting it.</summary>
    public ValueTask<T> ReceiveAsync(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<T>(cancellationToken)
        : BlockAsync<ReceiveAttempt<T>, T>(new ReceiveAttempt<T>(this), cancellationToken);

    /// <summary>Takes and consumes messages, awaiting the first.</summary>
    public ValueTask<int> ReceiveManyAsync(Memory<T> messages, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<int>(cancellationToken)
        : BlockAsync<ReceiveManyAttempt<T>, int>(new ReceiveManyAttempt<T>(this, messages), cancellationToken);

    /// <summary>Leases a message, awaiting it or the end.</summary>
    public ValueTask<(TakeStatus Status, Received<T> Received)> TakeAsync(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<(TakeStatus, Received<T>)>(cancellationToken)
        : BlockAsync<TakeAttempt<T>, (TakeStatus Status, Received<T> Received)>(new TakeAttempt<T>(this, lease: true), cancellationToken);

    /// <inheritdoc/>
    public override void BeginWait() => Demand(1);

    /// <inheritdoc/>
    public override void EndWait() => Demand(-1);

    private void Demand(int change)
    {
        if (Channel.Capacity != 0)
        {
            return;
        }

        Gate.Enter();
        try
        {
            _waiting += change;
            foreach (ReceiveLink<T> link in _links)
            {
                link.SetDemand(_waiting);
            }
        }
        finally
        {
            Gate.Exit();
        }
    }
}
