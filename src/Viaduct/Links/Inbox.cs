using System.Runtime.CompilerServices;

namespace Viaduct.Links;

/// <summary>The receiving side of a socket: fair pull over the links to its senders. Thread-safe.</summary>
internal sealed partial class Inbox<T>(ChannelSpec channel, SocketOptions options, MessageFormat<T> format, FullMode whenFull, int? history = null)
    : Mailbox(channel, options), IInbox
{
    private ReceiveLink<T>[] _links = [];

    /// <summary>Links of senders that are gone and of which nothing more comes, but leases are held: their memory stays until those end.</summary>
    private ReceiveLink<T>[] _leased = [];

    /// <summary>Which link is asked first.</summary>
    private int _turn;

    /// <summary>Receives that wait (k = 0).</summary>
    private int _waiting;

    /// <summary>Some sender completed in order, so that having none left means the end.</summary>
    private bool _someCompleted;

    /// <summary>Messages that were leased and then not wanted: they come first.</summary>
    private Queue<Received<T>>? _returned;

    /// <summary>What was found behind messages that were received together: the next receive throws it.</summary>
    private Exception? _postponed;

    private long _received;
    private long _bytes;
    private ulong _missedBefore;
    private volatile bool _closed;
    private Exception? _refusal;

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
    public long Refused { get; private set; }

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
    public long Leased
    {
        get
        {
            ReceiveLink<T>[] links = Volatile.Read(ref _links);
            ReceiveLink<T>[] leased = Volatile.Read(ref _leased);
            if (links.Length == 1 && leased.Length == 0)
            {
                return links[0].Leased;
            }

            long sum = 0;
            foreach (ReceiveLink<T> link in links)
            {
                sum += link.Leased;
            }

            foreach (ReceiveLink<T> link in leased)
            {
                sum += link.Leased;
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
        [.. Volatile.Read(ref _links).Where(static link => link.Lost is null).Select(static link => link.Peer.Describe(link.Messages, Math.Max(0, link.Leased)))];

    /// <inheritdoc/>
    protected override ReadOnlySpan<LinkEnd> Ends => _links;

    /// <inheritdoc/>
    protected override long Progress => _received;

    /// <inheritdoc/>
    protected override int PauseAfter(int looks) => looks < BusyLooks ? 0 : 3;

    /// <summary>Takes and consumes a message now if there is one; the fast path where there is one sender. The value is undefined where none was taken.</summary>
    /// <inheritdoc cref="TryTake" path="/exception"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TakeStatus TryReceive(out T value)
    {
        Gate.Enter();
        ReceiveLink<T>[] links = _links;
        if (links.Length != 1 || _returned is not null || links[0] is not { Lost: null } link)
        {
            return TryReceiveAndExit(out value);
        }

        Unsafe.SkipInit(out value);
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            value = default!;
        }

        Glance found = link.TryReceiveUsual(ref value, out int length);
        if (found == Glance.Message)
        {
            _received++;
            _bytes += length;
            if (link.Bell is { } bell)
            {
                RingAndExit(bell);
                return TakeStatus.Taken;
            }
        }
        else if (found == Glance.More || _closed || link.Completed)
        {
            return TryReceiveAndExit(out value);
        }

        Gate.Exit();
        return found == Glance.Message ? TakeStatus.Taken : TakeStatus.Empty;
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
        }
        catch (ProtocolViolationException error)
        {
            Break(error);
            throw;
        }
        finally
        {
            Gate.Exit();
        }

        return TryReceiveSlowly(out value);
    }

    /// <summary>A method of its own: what it needs on the stack would have to be cleared for the fast path, too.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private TakeStatus TryReceiveSlowly(out T value)
    {
        TakeStatus status = TryTake(lease: false, out Received<T> received);
        value = received.Value;
        return status;
    }

    /// <summary>Takes a message now if there is one.</summary>
    /// <exception cref="PeerLostException">A sender was lost, and all that it had published was received.</exception>
    public TakeStatus TryTake(bool lease, out Received<T> received)
    {
        if (_postponed is not null && Interlocked.Exchange(ref _postponed, null) is { } postponed)
        {
            throw postponed;
        }

        Gate.Enter();
        try
        {
            if (_returned is not null && TryTakeReturned(lease, out received))
            {
                return TakeStatus.Taken;
            }

            ReceiveLink<T>[] links = _links;
            if (links.Length == 1 && links[0].Lost is null)
            {
                _turn = 0;
                if (links[0].TryTake(lease, out received))
                {
                    _received++;
                    _bytes += received.Length;
                    return TakeStatus.Taken;
                }

                return _closed || links[0].Completed ? OnNothing() : TakeStatus.Empty;
            }

            int first = _turn;
            for (int i = 0; i < links.Length; i++)
            {
                int index = (first + i) % links.Length;
                ReceiveLink<T> link = links[index];
                _turn = index;

                // Read before looking: what a lost sender had published is visible by then, so "nothing" is final.
                Exception? lost = link.Lost;
                if (link.TryTake(lease, out received))
                {
                    _turn = index + 1;
                    _received++;
                    _bytes += received.Length;
                    return TakeStatus.Taken;
                }

                if (lost is not null)
                {
                    Remove(link);
                    if (lost is not ChannelCompletedException && !link.Completed)
                    {
                        throw lost;
                    }

                    _someCompleted = true;
                    return TryTakeAgain(lease, out received);
                }
            }

            _turn = links.Length == 0 ? 0 : first % links.Length;
            received = default;
            return OnNothing();
        }
        catch (ProtocolViolationException error)
        {
            Break(error);
            throw;
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Takes and consumes a message, waiting until the time is over (negative: for ever).</summary>
    public TakeStatus Receive(out T value, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ReceiveAttempt<T> attempt = new(this);
        WaitResult result = Block(ref attempt, timeout, cancellationToken);
        value = attempt.Value;
        return result == WaitResult.Canceled ? throw new OperationCanceledException(cancellationToken) : attempt.Status;
    }

    /// <summary>Leases a message, waiting until the time is over (negative: for ever).</summary>
    public TakeStatus Take(bool lease, out Received<T> received, TimeSpan timeout, CancellationToken cancellationToken)
    {
        TakeStatus status = TryTake(lease, out received);
        if (status != TakeStatus.Empty || (timeout == TimeSpan.Zero && Channel.Capacity != 0))
        {
            return status;
        }

        BlockingTake<T> attempt = new(this, lease, ref received);
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

    /// <summary>Leases a message, awaiting it.</summary>
    public ValueTask<Lease<T>> LeaseAsync(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<Lease<T>>(cancellationToken)
        : BlockAsync<LeaseAttempt<T>, Lease<T>>(new LeaseAttempt<T>(this), cancellationToken);

    /// <summary>Leases a message, awaiting it or the end.</summary>
    public ValueTask<(TakeStatus Status, Received<T> Received)> TakeAsync(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<(TakeStatus, Received<T>)>(cancellationToken)
        : BlockAsync<TakeAttempt<T>, (TakeStatus Status, Received<T> Received)>(new TakeAttempt<T>(this, lease: true), cancellationToken);

    /// <summary>Consumes a leased message. Later calls do nothing.</summary>
    public void Release(ReceiveLink<T> link, ulong position)
    {
        Gate.Enter();
        try
        {
            if (link.IsHeld(position))
            {
                link.Forget(position);
                link.Release(position);
                LetGo(link);
            }
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>A leased message is not wanted now: the next receive gets it again.</summary>
    public void OfferAgain(in Received<T> received)
    {
        Gate.Enter();
        try
        {
            if (received.Link.IsHeld(received.Position))
            {
                (_returned ??= new Queue<Received<T>>()).Enqueue(received);
            }
        }
        finally
        {
            Gate.Exit();
        }

        Wake();
    }

    /// <summary>Whether a leased message is still ours.</summary>
    public bool IsHeld(ReceiveLink<T> link, ulong position)
    {
        if (link.IsHeldForSure(position))
        {
            return true;
        }

        Gate.Enter();
        bool held = link.IsHeld(position);
        Gate.Exit();
        return held;
    }

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

    private bool TryTakeReturned(bool lease, out Received<T> received)
    {
        while (_returned!.TryDequeue(out received))
        {
            if (!received.Link.IsHeld(received.Position))
            {
                continue;
            }

            if (!lease)
            {
                // What was leased may be the record's own memory.
                received.Value = Format.WantsMemory ? Format.Clone(received.Value, out _) : received.Value;
                received.Link.Forget(received.Position);
                received.Link.Release(received.Position);
                LetGo(received.Link);
            }

            return true;
        }

        _returned = null;
        return false;
    }

    private TakeStatus TryTakeAgain(bool lease, out Received<T> received)
    {
        for (int i = 0; i < _links.Length; i++)
        {
            ReceiveLink<T> link = _links[i];
            _turn = i;
            if (link.TryTake(lease, out received))
            {
                _received++;
                _bytes += received.Length;
                return TakeStatus.Taken;
            }
        }

        received = default;
        return OnNothing();
    }

    private TakeStatus OnNothing()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        bool all = _links.Length > 0 || _someCompleted;
        foreach (ReceiveLink<T> link in _links)
        {
            all &= link.Completed;
            if (link.Completed && !link.CompletionTold)
            {
                link.CompletionTold = true;
                _someCompleted = true;
                PeerChanged?.Invoke(link, PeerState.Completed, "it has no more messages");
            }
        }

        if (_links.Length == 0 && _refusal is { } refusal)
        {
            throw refusal;
        }

        return all && _someCompleted ? TakeStatus.Ended : TakeStatus.Empty;
    }
}
