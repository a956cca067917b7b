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

    /// <summary>Whether calls on its result go out before it is there: then it must be known at once to whom they go.</summary>
    private bool _bringsPromise;

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
        uint added = _connection.Exports.Add(new OutgoingStream<T>(items, itemWriter), OwnerOfGiven());
        (_given ??= []).Add(added);
        writer.WriteUInt64(id, added);
    }

    /// <summary>Writes an argument that is an object: the service gets a reference, and may call it until it lets go of it or is gone.</summary>
    /// <typeparam name="T">The object's contract.</typeparam>
    /// <param name="writer">The arguments.</param>
    /// <param name="id">The field.</param>
    /// <param name="service">The object; null for none.</param>
    public void WriteService<T>(ref WireWriter writer, int id, T? service)
        where T : class
    {
        if (service is null)
        {
            return;
        }

        ulong value = References.ToWire(service, _route, _pending.Target, _connection.Exports, out uint added);
        if (added != 0)
        {
            (_given ??= []).Add(added);
        }
        else if (service is ServiceProxy { Remote: ObjectConnection { Target.Link: { } home } })
        {
            // It means something only where it comes from.
            _pending.Target = home;
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
        return value == 0 ? null : References.FromWire<T>(value, _route, _pending.Link!, _connection.Exports, _connection.CallTimeout);
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
            Prepare(awaited: true);
            CallbackTurns.StepAside();
            Check(Begin(awaited: true, cancellationToken), cancellationToken);
            begun = true;
            ServiceContract<T> contract = ServiceContract.Of<T>();
            SendLink<Frame> link = _pending.Link!;
            var connection = new ObjectConnection(contract.Name, _route, new RemoteTarget(link, promise), _connection) { Coming = new Coming() };

            // Until then it is in use: a thread of the service that heard of its release before another one had begun the call would find nothing to release.
            connection.OnBegun();
            _ = EndPromiseAsync(connection);
            return contract.CreateProxy(connection);
        }
        finally
        {
            if (!begun)
            {
                Dispose();
            }
        }
    }

    /// <summary>Waits for the answer, which brings nothing new: what the call threw, calls on its object throw.</summary>
    private async Task EndPromiseAsync(ObjectConnection brought)
    {
        await new ValueTask(this, _source.Version).ConfigureAwait(false);
        CallRoute route = _route;
        route.EndAwait();
        NoteGiven();
        Dispose();
        brought.Coming!.OnThere();
        route.WakeAll();
        brought.OnEnded();
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
