using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <summary>
/// Carries out the calls that come from other ends, and answers them: those of a service, or those of the objects that this end handed out. Thread-safe.
/// </summary>
/// <param name="root">The service; null where only what was handed out can be called.</param>
/// <param name="name">The service's name.</param>
/// <param name="answer">Sends an answer to who called under a number; the frame stays ours.</param>
/// <param name="routeTo">The way to who called, for calls of what it passes along; null where it is gone.</param>
/// <param name="tellsTraces">Whether answers tell where a method threw.</param>
internal sealed class CallServer(
    ServiceDispatcher? root, string name, Action<PeerIdentity, uint, Frame> answer, Func<PeerIdentity, RemoteWay?> routeTo, bool tellsTraces)
{
    /// <summary>Calls under way whose methods can be cancelled, by who made them and their number.</summary>
    private readonly ConcurrentDictionary<(Guid Caller, uint Id), ServiceRequest> _cancellable = new();

    private int _underWay;

    /// <summary>The service's name.</summary>
    public string Name { get; } = name;

    /// <summary>What was handed out.</summary>
    public ExportTable Exports { get; } = new();

    /// <summary>Answers what is asked of every service beside its contract; false for anything else. Null where nothing is.</summary>
    public Func<ServiceRequest, bool>? Own { get; init; }

    /// <summary>Whether answers tell where a method threw.</summary>
    public bool TellsTraces { get; } = tellsTraces;

    /// <summary>Calls that are being carried out now.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>The way to who called; null where it is gone.</summary>
    public RemoteWay? RouteTo(PeerIdentity caller) => routeTo(caller);

    /// <summary>Lets a call be cancelled from now on.</summary>
    public void Register(ServiceRequest request) => _cancellable[(request.Caller.SocketId, request.Id)] = request;

    /// <summary>A call can't be cancelled any more.</summary>
    public void Unregister(ServiceRequest request) => _cancellable.TryRemove((request.Caller.SocketId, request.Id), out _);

    /// <summary>Does what a frame asks for, on this thread. The frame is the server's from now on.</summary>
    public void Handle(Frame frame, PeerIdentity caller)
    {
        if (!CallFrame.TryRead(frame, out byte kind, out uint id))
        {
            frame.Return();
            return;
        }

        switch (kind)
        {
            case RpcFrames.Call or RpcFrames.OneWay or RpcFrames.Next when frame.Length >= CallFrame.HeaderSize + RpcFrames.CallSize:
                CarryOut(ServiceRequest.Rent(this, caller, frame, kind == RpcFrames.OneWay, id));
                return;

            case RpcFrames.Release when frame.Length == CallFrame.HeaderSize + sizeof(uint):
                Exports.Release(caller.SocketId, BinaryPrimitives.ReadUInt32LittleEndian(frame.Bytes[CallFrame.HeaderSize..]));
                break;

            case RpcFrames.Cancel:
                if (_cancellable.TryGetValue((caller.SocketId, id), out ServiceRequest? request))
                {
                    request.Cancel();
                }

                break;
        }

        frame.Return();
    }

    /// <summary>Who called is gone: its calls are cancelled, and what it held is released.</summary>
    public void Forget(Guid caller)
    {
        Exports.ReleaseAll(caller);
        foreach (((Guid Caller, uint Id) key, ServiceRequest request) in _cancellable)
        {
            if (key.Caller == caller)
            {
                request.Cancel();
            }
        }
    }

    /// <summary>Cancels what can be, and releases all.</summary>
    public void Close()
    {
        foreach (ServiceRequest request in _cancellable.Values)
        {
            request.Cancel();
        }

        Exports.Close();
    }

    private void CarryOut(ServiceRequest request)
    {
        Interlocked.Increment(ref _underWay);
        ValueTask task;
        try
        {
            request.BeginPromise();
            if (request.Deadline == long.MaxValue && request.Priority == 0)
            {
                task = DispatchAsync(request);
            }
            else if (Stopwatch.GetTimestamp() >= request.Deadline)
            {
                request.AnswerWith(RpcFrames.TooLate);
                task = default;
            }
            else
            {
                using (CallContext.Enter(new CallFlow(request.Deadline, request.Priority, null, CancellationToken.None)))
                {
                    task = DispatchAsync(request);
                }
            }
        }
        catch (Exception error)
        {
            task = ValueTask.FromException(error);
        }

        if (!task.IsCompleted)
        {
            _ = FinishAsync(task, request);
            return;
        }

        Exception? thrown = null;
        try
        {
            task.GetAwaiter().GetResult();
        }
        catch (Exception error)
        {
            thrown = error;
        }

        Finish(request, thrown);
    }

    private ValueTask DispatchAsync(ServiceRequest request)
    {
        if (request.Target == 0)
        {
            return root?.DispatchAsync(request) ?? request.UnknownMethod();
        }

        return Exports.TryGet(request.Caller.SocketId, request.Target, out IExport? export)
            ? export.DispatchAsync(request)
            : throw new ObjectDisposedException($"object {request.Target} of service '{Name}'", "The caller has released it before.");
    }

    private async Task FinishAsync(ValueTask task, ServiceRequest request)
    {
        Exception? thrown = null;
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            thrown = error;
        }

        Finish(request, thrown);
    }

    private void Finish(ServiceRequest request, Exception? thrown)
    {
        Interlocked.Decrement(ref _underWay);
        try
        {
            Answer(request, thrown);
        }
        catch (Exception)
        {
            // The node left, or the link to the caller broke, and so that knows. Whatever else: a service outlives what one call does.
        }

        request.Return();
    }

    private void Answer(ServiceRequest request, Exception? thrown)
    {
        Frame result = request.Finish(thrown);
        if (request.IsOneWay)
        {
            return;
        }

        try
        {
            answer(request.Caller, request.Id, result);
        }
        catch (MessageTooLargeException error)
        {
            answer(request.Caller, request.Id, request.Finish(error));
        }
    }
}
