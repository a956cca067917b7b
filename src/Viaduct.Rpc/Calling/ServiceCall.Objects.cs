using System.Buffers.Binary;
using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <content>Streams and objects that pass by reference.</content>
public sealed partial class ServiceCall
{
    private static int s_lastPromise;

    /// <summary>What this call hands out; null until there is something.</summary>
    private List<uint>? _given;

    /// <summary>Whether somebody has it now.</summary>
    private bool _isGiven;

    /// <summary>Whether what it hands over means something only to the server that it was written for.</summary>
    private bool _isBound;

    /// <summary>Whether calls on its result go out before it is there: then it must be known at once to whom they go.</summary>
    private bool _bringsPromise;

    /// <summary>Whether this call, if it was not begun, goes to where the object comes from that it is made on.</summary>
    private bool Follows => !_isBound && _pending.Target is { } home && _connection.MayHaveLeft(home);

    /// <summary>The object that it brings, once it was begun; null where it brings none before its answer.</summary>
    private ObjectConnection? _brought;

    /// <summary>This call, as those on what it brings see it; null where it brings nothing before its answer, or is made on nothing that is to come itself.</summary>
    private Coming? _coming;

    /// <summary>Writes an argument that is a stream: the service asks for its items as it reads them, as long as the call lasts.</summary>
    /// <typeparam name="T">The items.</typeparam>
    /// <param name="writer">The arguments.</param>
    /// <param name="id">The field.</param>
    /// <param name="items">The stream; enumerated at most once.</param>
    /// <param name="itemWriter">Writes one item.</param>
    public void WriteStream<T>(ref WireWriter writer, int id, IAsyncEnumerable<T> items, ItemWriter<T> itemWriter)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(itemWriter);
        uint added;
        GoHome();
        try
        {
            added = _connection.Exports.Add(new OutgoingStream<T>(items, itemWriter, server: null), OwnerOfGiven());
        }
        catch (ObjectDisposedException) when (_route.IsClosing)
        {
            throw _connection.Disposed();
        }

        Give(added);
        writer.WriteUInt64(id, added);
    }

    /// <summary>Writes an argument that is an object: the service gets a reference, and may call it until it lets go of it or is gone.</summary>
    /// <typeparam name="T">The object's contract.</typeparam>
    /// <param name="writer">The arguments.</param>
    /// <param name="id">The field.</param>
    /// <param name="service">The object; null for none. One of that service's own that is still to come is waited for.</param>
    /// <param name="cancellationToken">Ends that wait. The one that the call is invoked with.</param>
    /// <exception cref="TimeoutException">It did not come within the time of this call.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before it came.</exception>
    public void WriteService<T>(ref WireWriter writer, int id, T? service, CancellationToken cancellationToken = default)
        where T : class
    {
        if (service is null)
        {
            return;
        }

        ulong value;
        try
        {
            if (AwaitHome(service, cancellationToken) is { } home)
            {
                // It means something only where it comes from.
                _pending.Target = home.Link;
                _isBound = true;
                value = References.ComingHome(home.Id);
            }
            else
            {
                uint added = _connection.Exports.Add(References.Export(service), OwnerOfGiven());
                Give(added);
                value = References.HandedOut(added);
            }
        }
        catch (ObjectDisposedException) when (_route.IsClosing)
        {
            throw _connection.Disposed();
        }

        writer.WriteUInt64(id, value);
    }

    /// <summary>Reads a result that is an object of the service's, or one of ours that comes home.</summary>
    /// <typeparam name="T">The object's contract.</typeparam>
    /// <param name="reader">The answer, at the object's value.</param>
    /// <returns>The object; null for none.</returns>
    /// <exception cref="ProtocolViolationException">The value names no object.</exception>
    public T? ReadService<T>(ref WireReader reader)
        where T : class
    {
        ulong value = reader.ReadUInt64();
        return value == 0 ? null : References.FromWire<T>(value, _route, _pending.Link!, _connection.Exports, _connection);
    }

    /// <summary>
    /// Sends the call and returns the object that it will bring, without waiting for it: calls on that are sent at once, and wait at the service. They throw if this call
    /// did. The call is disposed when it is over.
    /// </summary>
    /// <typeparam name="T">The object's contract.</typeparam>
    /// <param name="cancellationToken">Ends the wait for room.</param>
    /// <returns>The object.</returns>
    /// <exception cref="TimeoutException">There was no room in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public T InvokePromise<T>(CancellationToken cancellationToken = default)
        where T : class
    {
        uint promise = ExportTable.FirstPromise | (uint)Interlocked.Increment(ref s_lastPromise);
        bool begun = false;
        _bringsPromise = true;
        cancellationToken = WithFlow(cancellationToken);
        try
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_frame.Bytes[PromiseOffset..], promise);
            if (_pending.Target is { } home && _connection is ObjectConnection { Coming: { } before })
            {
                // Before it is sent: whoever moves what it is made on waits for it.
                _coming = new Coming(home);
                before.Add(_coming);
            }

            Prepare(awaited: true);
            CallbackTurns.StepAside();
            Check(Begin(awaited: true, cancellationToken), cancellationToken);
            begun = true;
            ServiceContract<T> contract = ServiceContract.Of<T>();
            _coming ??= new Coming(Way);
            _coming.GoOn(Way);
            var connection = new ObjectConnection(contract.Name, _route, new RemoteTarget(Way, promise), _connection) { Coming = _coming };
            _brought = connection;

            // Until then it is in use: a thread of the service that heard of its release before another one had begun the call would find nothing to release.
            connection.OnBegun();
            _ = EndPromiseAsync();
            return contract.CreateProxy(connection);
        }
        finally
        {
            if (!begun)
            {
                _coming?.OnThere();
                Dispose();
            }
        }
    }

    /// <summary>Where it went.</summary>
    private SendLink<Frame> Way => _pending.Target ?? _pending.Link!;

    /// <summary>Waits for the answer, which brings nothing new: what the call threw, calls on its object throw.</summary>
    private async Task EndPromiseAsync()
    {
        (CallRoute route, ObjectConnection brought) = (_route, _brought!);
        int attempt = 0;
        do
        {
            await new ValueTask(this, _source.Version).ConfigureAwait(false);
            route.EndAwait();
            attempt++;
        }
        while (await TryPromiseAgainAsync(brought, attempt).ConfigureAwait(false));

        try
        {
            NoteGiven();
        }
        catch (InvalidOperationException)
        {
            // The other end holds too many: what this call gave it is withdrawn.
        }

        Dispose();
        brought.Coming!.OnThere();
        route.WakeAll();
        brought.OnEnded();
    }

    /// <summary>Sends the call again if it was not begun; then calls on what it brings follow, those first that bring something themselves.</summary>
    private async Task<bool> TryPromiseAgainAsync(ObjectConnection brought, int attempt)
    {
        if (_lost is null && CallFrame.GivesBack(_answer!))
        {
            TakeBack();
        }

        Coming coming = brought.Coming!;
        if (_lost is null || _progress != CallProgress.NotStarted || !coming.TryLeave())
        {
            return false;
        }

        try
        {
            if (DelayAfter(_lost, attempt) is var delay && delay > TimeSpan.Zero)
            {
                await Task.Delay(Within(delay)).ConfigureAwait(false);
            }

            Prepare(awaited: true);
            if (!TryBeginAwaited())
            {
                using CallTimer timer = CallTimer.Start(_deadline, CancellationToken.None);
                if (await BeginAsync(timer.Token).ConfigureAwait(false) != WaitResult.Done)
                {
                    return false;
                }
            }
        }
        catch (Exception)
        {
            // Whatever the reason, it is not made again: calls on what it was to bring find that out themselves.
            return false;
        }

        coming.GoOn(Way);
        while (!coming.HaveAllFollowed)
        {
            // Each hears for itself that it was not begun.
            await Task.Delay(1).ConfigureAwait(false);
        }

        brought.MoveTo(Way);
        return true;
    }

    /// <summary>
    /// What an object is at the server that it comes from, where this call goes there or may go anywhere: then it goes back as itself. Null of any other object. One that is still to come is waited
    /// for, and so is what leaves the server that it was to come from: each may come from elsewhere then, the object and what the call is made on.
    /// </summary>
    private RemoteTarget? AwaitHome(object service, CancellationToken cancellationToken)
    {
        GoHome();
        ObjectConnection? remote = References.From(_route, service);
        while (remote is not null)
        {
            // In this order: once it is there it stays.
            bool isThere = remote.IsThere;
            RemoteTarget home = remote.Target;
            bool isHome = _pending.Target is not { } server || server == home.Link;
            if (isHome && isThere)
            {
                return home;
            }

            if (isHome || remote.IsLeaving)
            {
                AwaitThere(remote, cancellationToken);
            }
            else if (!_isBound && _connection is ObjectConnection { IsLeaving: true } madeOn)
            {
                AwaitThere(madeOn, cancellationToken);
            }
            else
            {
                return null;
            }

            GoHome();
        }

        return null;
    }

    private void AwaitThere(ObjectConnection remote, CancellationToken cancellationToken)
    {
        CancellationToken flowing = _flow?.Token ?? CancellationToken.None;

        // Not what a call keeps of the two: a stream may be invoked with another token.
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, flowing);
        Check(remote.WaitUntilThere(Remaining(), either.Token), cancellationToken.IsCancellationRequested ? cancellationToken : flowing);
    }

    /// <summary>The object that it is made on may come from elsewhere by now. Those that bring something know it before the others, each after the one before it.</summary>
    private void GoHome()
    {
        if (_pending.Target is null || _isBound)
        {
            return;
        }

        SendLink<Frame>? home = _coming is { } coming && _connection is ObjectConnection { Coming: { } before } ? before.WayOf(coming) : _connection.Target.Link;
        _pending.Target = home ?? _pending.Target;
    }

    private void Give(uint added)
    {
        (_given ??= []).Add(added);
        _isBound |= _pending.Target is not null;
    }

    private Guid OwnerOfGiven() => _pending.Target?.Peer.SocketId ?? Guid.Empty;

    /// <summary>The answer has come: who gave it has what was handed out.</summary>
    private void NoteGiven()
    {
        if (_given is { } given && _pending.Link is { } link && _answer is { } answer && CallFrame.TryRead(answer, out byte kind, out _)
            && kind is RpcFrames.Result or RpcFrames.ResultWithObjects or RpcFrames.Stream)
        {
            Guid owner = link.Peer.SocketId;
            foreach (uint id in given)
            {
                _connection.Exports.SetOwner(id, owner);
            }

            _isGiven = true;
            if (link.IsGone)
            {
                // It was forgotten before it was known to have these.
                _connection.Exports.ReleaseAll(owner);
            }
        }
    }

    /// <summary>The call is over: what nobody has now nobody will ask for.</summary>
    private void ReleaseGiven()
    {
        if (_given is not { } given)
        {
            return;
        }

        if (!_isGiven)
        {
            given.ForEach(_connection.Exports.Withdraw);
        }

        _given = null;
        _isGiven = false;
    }
}
