using Viaduct.Links;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <content>Streams and objects that pass by reference.</content>
public sealed partial class ServiceRequest
{
    /// <summary>Streams of the caller's that this call may read; null until there is one.</summary>
    private List<ObjectConnection>? _streams;

    /// <summary>What was handed out in the answer so far; null until there is something.</summary>
    private List<uint>? _given;

    /// <summary>Reads an argument that is a stream: its items are asked for as they are read.</summary>
    /// <typeparam name="T">The items.</typeparam>
    /// <param name="reader">The arguments, at the stream's value.</param>
    /// <param name="itemReader">Reads one item.</param>
    /// <returns>The stream. It can be read until the call has ended, or if its result is a stream until that has.</returns>
    /// <exception cref="ProtocolViolationException">The value names no stream.</exception>
    /// <exception cref="PeerLostException">The caller is gone.</exception>
    public IAsyncEnumerable<T> ReadStream<T>(ref WireReader reader, ItemReader<T> itemReader)
    {
        ArgumentNullException.ThrowIfNull(itemReader);
        ulong value = reader.ReadUInt64();
        if (value is 0 or > uint.MaxValue)
        {
            throw new ProtocolViolationException("A stream came without a number.");
        }

        RemoteWay way = Way();
        var connection = new ObjectConnection(_server.Name, way.Route, new RemoteTarget(way.Link, (uint)value), _server.Exports, Timeout.InfiniteTimeSpan);
        (_streams ??= []).Add(connection);
        return new ArgumentStream<T>(connection, itemReader);
    }

    /// <summary>Reads an argument that is an object of the caller's, or one of ours that comes home.</summary>
    /// <typeparam name="T">The object's contract.</typeparam>
    /// <param name="reader">The arguments, at the object's value.</param>
    /// <returns>The object; null for none.</returns>
    /// <inheritdoc cref="ReadStream" path="/exception"/>
    public T? ReadService<T>(ref WireReader reader)
        where T : class
    {
        ulong value = reader.ReadUInt64();
        if (value == 0)
        {
            return null;
        }

        RemoteWay way = Way();
        return References.FromWire<T>(value, way.Route, way.Link, _server.Exports, origin: null);
    }

    /// <summary>Writes a result that is an object: the caller gets a reference.</summary>
    /// <typeparam name="T">The object's contract.</typeparam>
    /// <param name="writer">The result.</param>
    /// <param name="id">The field.</param>
    /// <param name="service">The object; null for none. One of the caller's own that is still to come is waited for.</param>
    /// <exception cref="PeerLostException">The caller is gone.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled, or its time was over, before that one came.</exception>
    public void WriteService<T>(ref WireWriter writer, int id, T? service)
        where T : class
    {
        if (service is null)
        {
            return;
        }

        if (id == ResultField && _promise is { } promise)
        {
            // The caller uses it already, under the number that it chose.
            promise.Keep(References.Export(service));
            return;
        }

        RemoteWay way = Way();
        if (References.From(way.Route, service) is { } remote && remote.Target.Link == way.Link)
        {
            AwaitThere(remote);
            writer.WriteUInt64(id, References.ComingHome(remote.Target.Id));
            return;
        }

        uint added = _server.Exports.Add(References.Export(service), Caller.SocketId);
        _server.CheckHolder(Caller);
        (_given ??= []).Add(added);
        writer.WriteUInt64(id, References.HandedOut(added));
    }

    /// <summary>Waits until the caller has what it is to get back as its own, no longer than it waits for this call.</summary>
    private void AwaitThere(ObjectConnection remote)
    {
        if (!remote.IsThere && remote.WaitUntilThere(Timeout.InfiniteTimeSpan, CancellationToken) != WaitResult.Done)
        {
            throw new OperationCanceledException("The call ended before the object was there that it was to bring back to its caller.", CancellationToken);
        }
    }

    /// <summary>The field of a result.</summary>
    private const int ResultField = 1;

    private RemoteWay Way() => _server.RouteTo(Caller) ?? throw _server.LossOf(Caller);

    /// <summary>The call has ended, so what it was to read is of no use any more.</summary>
    private void ReleaseStreams(bool succeeded)
    {
        if (_streams is { } streams && !(succeeded && _returnsStream))
        {
            streams.ForEach(static stream => stream.Release());
        }

        _streams = null;
    }

    /// <summary>The call has failed, so its caller never hears of what was handed out.</summary>
    private void ReleaseGiven()
    {
        _given?.ForEach(id => _server.Exports.Release(Caller.SocketId, id));
        _given = null;
    }
}
