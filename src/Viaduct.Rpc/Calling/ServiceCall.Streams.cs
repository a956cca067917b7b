using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Viaduct.Calls;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <content>Calls whose result is a stream of items.</content>
public sealed partial class ServiceCall
{
    /// <summary>Items that are asked for at a time.</summary>
    private const ushort ItemsAtOnce = 256;

    private static readonly ServiceMethod s_next = new("the next items", 0, ServiceMethodOptions.None);

    /// <summary>
    /// Invokes the call when the stream is enumerated, which can be done once, and then asks for items as fast as they are taken, with one batch ahead. The call is disposed
    /// when the enumeration ends.
    /// </summary>
    /// <typeparam name="T">The items.</typeparam>
    /// <param name="reader">Reads one item.</param>
    /// <param name="cancellationToken">Ends the enumeration with an exception, and tells the service.</param>
    /// <returns>The stream. What the method throws, the enumeration throws when it has come so far.</returns>
    /// <inheritdoc cref="Invoke" path="/exception"/>
    public IAsyncEnumerable<T> InvokeStream<T>(ItemReader<T> reader, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new RemoteStream<T>(this, reader, cancellationToken);
    }

    /// <summary>Makes the call and yields what its stream brings.</summary>
    internal async IAsyncEnumerable<T> EnumerateAsync<T>(ItemReader<T> reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectConnection stream;
        try
        {
            await RunAsync(cancellationToken).ConfigureAwait(false);
            stream = new ObjectConnection(_connection.Service, _route, ReadTarget(cancellationToken), _connection);
        }
        finally
        {
            Dispose();
        }

        await foreach (T item in ReadAllAsync(stream, reader, cancellationToken).ConfigureAwait(false))
        {
            yield return item;
        }
    }

    /// <summary>Yields the items of the other end's stream, and releases it.</summary>
    internal static async IAsyncEnumerable<T> ReadAllAsync<T>(
        ObjectConnection stream, ItemReader<T> reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var items = new Queue<T>();
        Task<bool>? ahead = null;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (true)
            {
                bool isOver = await (ahead ?? NextAsync(stream, reader, items, enough.Token)).ConfigureAwait(false);
                T[] batch = [.. items];
                items.Clear();
                ahead = isOver ? null : NextAsync(stream, reader, items, enough.Token);
                foreach (T item in batch)
                {
                    yield return item;
                }

                if (isOver)
                {
                    yield break;
                }
            }
        }
        finally
        {
            if (ahead is not null)
            {
                await enough.CancelAsync().ConfigureAwait(false);

                // Its outcome is of no interest any more, but it must not go unobserved.
                await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            stream.Release();
        }
    }

    /// <summary>Gets some items; true when they are the last.</summary>
    private static async Task<bool> NextAsync<T>(ObjectConnection stream, ItemReader<T> reader, Queue<T> items, CancellationToken cancellationToken)
    {
        using ServiceCall call = Rent(stream, s_next, stream.Target, RpcFrames.Next);
        call.WriteCount();
        await call.RunAsync(cancellationToken).ConfigureAwait(false);
        return call.ReadItems(reader, items, cancellationToken);
    }

    /// <summary>Tells who handed something out that it is of no use here any more.</summary>
    internal static void Release(CallRoute route, RemoteTarget target)
    {
        Frame release = Frame.Rent();
        CallFrame.Begin(release, RpcFrames.Release);
        BinaryPrimitives.WriteUInt32LittleEndian(release.GetSpan(sizeof(uint)), target.Id);
        release.Advance(sizeof(uint));
        route.Post(target.Link!, release);
    }

    private void WriteCount()
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_frame.GetSpan(sizeof(ushort)), ItemsAtOnce);
        _frame.Advance(sizeof(ushort));
    }

    private RemoteTarget ReadTarget(CancellationToken cancellationToken)
    {
        ReadOnlySpan<byte> body = BodyOf(RpcFrames.Stream, cancellationToken);
        return body.Length == sizeof(uint)
            ? new RemoteTarget(_pending.Link, BinaryPrimitives.ReadUInt32LittleEndian(body))
            : throw Malformed("does not name its stream");
    }

    private bool ReadItems<T>(ItemReader<T> reader, Queue<T> items, CancellationToken cancellationToken)
    {
        ReadOnlySpan<byte> body = BodyOf(RpcFrames.Items, cancellationToken);
        if (body.Length == 0)
        {
            throw Malformed("does not say whether items follow");
        }

        bool isOver = body[0] != 0;
        body = body[1..];
        while (body.Length > 0)
        {
            if (body.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(body) is var length && length > body.Length - sizeof(uint))
            {
                throw Malformed("ends within an item");
            }

            WireReader item = new(body.Slice(sizeof(uint), (int)length), _answer!.Blobs);
            items.Enqueue(reader(ref item));
            body = body[(sizeof(uint) + (int)length)..];
        }

        return isOver;
    }

    private ReadOnlySpan<byte> BodyOf(byte expected, CancellationToken cancellationToken)
    {
        ThrowIfIncomplete();
        CallFrame.TryRead(_answer!, out byte kind, out _);
        ReadOnlySpan<byte> body = _answer!.Bytes[CallFrame.HeaderSize..];
        return kind == expected ? body : throw RemoteError.Read(kind, body, _connection.Service, _method.Name, cancellationToken);
    }

    private ProtocolViolationException Malformed(string how) => new($"Service '{_connection.Service}': the answer to {_method.Name} {how}.");
}
