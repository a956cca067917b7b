using System.Buffers.Binary;
using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <content>Calls that their callers, their deadlines, or the end of the service, cancel.</content>
internal sealed partial class CallServer
{
    private readonly Lock _cancellableGate = new();

    /// <summary>Calls under way whose methods can be cancelled, by who made them and their number; null before the first one. Under its gate.</summary>
    private Dictionary<(Guid Caller, uint Id), ServiceRequest>? _cancellable;

    /// <summary>
    /// What was cancelled before it could be; null where one thread handles all frames, in their order. Written with a release before anything is put there, which pairs with the acquire where it is read.
    /// </summary>
    private EarlyCancels? _early = isConcurrent ? new EarlyCancels() : null;

    /// <summary>Whether no more calls are begun, so that what is cancelled was begun before, or never will be. Written before <see cref="_early"/>.</summary>
    private volatile bool _isEnding;

    /// <summary>The last cancellation whose callbacks ran on this thread.</summary>
    [ThreadStatic]
    private static Cancellation? t_cancels;

    /// <summary>Whether this thread runs what a cancellation of one of its calls has set off, for which the call's method may wait.</summary>
    public bool CancelsOnThisThread => t_cancels is { } last && last.Server == this && last.Callbacks is not { IsCompleted: true };

    /// <summary>Whether a call is being carried out now whose method heeds a cancellation.</summary>
    public bool CanBeCancelled
    {
        get
        {
            lock (_cancellableGate)
            {
                return _cancellable is { Count: > 0 };
            }
        }
    }

    /// <summary>Lets a call be cancelled from now on.</summary>
    public void Register(ServiceRequest request)
    {
        (Guid caller, uint id) = (request.Caller.SocketId, request.Id);
        lock (_cancellableGate)
        {
            (_cancellable ??= [])[(caller, id)] = request;
        }

        if (Volatile.Read(ref _early)?.Take(caller, id) == true || routeTo(request.Caller) is null)
        {
            // Before it could be, or its caller was forgotten before it was known.
            request.Cancel(caller, id);
        }
    }

    /// <summary>Cancels what a method, or its stream, looks at, at once; called only once for each. The callbacks, which are the method's own, run on a thread of the pool.</summary>
    public void Cancel(CancellationTokenSource method)
    {
        var cancellation = new Cancellation(this);

        // The last to be registered is the first to be called: it tells on which thread the others are.
        method.Token.UnsafeRegister(static cancellation => t_cancels = (Cancellation)cancellation!, cancellation);
        cancellation.Callbacks = method.CancelAsync();
        _ = cancellation.Callbacks.ContinueWith(
            static (_, cancellation) => ((Cancellation)cancellation!).Server = null, cancellation, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>A call can't be cancelled any more.</summary>
    public void Unregister(ServiceRequest request)
    {
        lock (_cancellableGate)
        {
            _cancellable?.Remove((request.Caller.SocketId, request.Id));
        }
    }

    /// <summary>No more calls are begun from now on; who takes frames then is not the thread that carries out those that were. Called before any goes back.</summary>
    public void BeginEnd()
    {
        _isEnding = true;
        Interlocked.CompareExchange(ref _early, new EarlyCancels(), null);
    }

    /// <summary>
    /// Cancels a call that is being carried out, where a frame asks for that. False where it does not, or there is no such call and it may still begin. The frame stays its owner's.
    /// </summary>
    public bool TryCancel(PeerIdentity caller, Frame frame)
    {
        if (!CallFrame.TryRead(frame, out byte kind, out uint id) || kind != RpcFrames.Cancel)
        {
            return false;
        }

        if (!_isEnding)
        {
            return TryCancel(caller.SocketId, id);
        }

        CancelInTime(caller.SocketId, id);
        return true;
    }

    /// <summary>Whether a frame ends a call under way: it is cancelled, or nobody reads its stream any more. The frame stays its owner's.</summary>
    public bool EndsCall(PeerIdentity caller, Frame frame) => CallFrame.TryRead(frame, out byte kind, out _) && kind switch
    {
        RpcFrames.Cancel => true,
        RpcFrames.Release => frame.Length == CallFrame.HeaderSize + sizeof(uint)
            && BinaryPrimitives.ReadUInt32LittleEndian(frame.Bytes[CallFrame.HeaderSize..]) is < ExportTable.FirstPromise and var released
            && Exports.TryGet(caller.SocketId, released, out IExport? export) && export.IsUnderWay,
        _ => false,
    };

    /// <summary>Cancels a call, or lets it be cancelled once it can be: another thread may have taken it, and not begun.</summary>
    private void CancelInTime(Guid caller, uint id)
    {
        if (!TryCancel(caller, id) && Volatile.Read(ref _early) is { } early)
        {
            // If it has begun by now, this finds it.
            early.Add(caller, id);
            TryCancel(caller, id);
        }
    }

    private bool TryCancel(Guid caller, uint id)
    {
        ServiceRequest? request = null;
        lock (_cancellableGate)
        {
            _cancellable?.TryGetValue((caller, id), out request);
        }

        request?.Cancel(caller, id);
        return request is not null;
    }

    /// <summary>Cancels the calls of a caller; null = of all.</summary>
    private void CancelAll(Guid? caller)
    {
        KeyValuePair<(Guid Caller, uint Id), ServiceRequest>[] calls;
        lock (_cancellableGate)
        {
            if (_cancellable is null)
            {
                return;
            }

            calls = [.. _cancellable.Where(call => caller is null || call.Key.Caller == caller)];
        }

        foreach (((Guid owner, uint id), ServiceRequest request) in calls)
        {
            request.Cancel(owner, id);
        }
    }

    /// <summary>One cancellation, while its callbacks run.</summary>
    private sealed class Cancellation(CallServer server)
    {
        /// <summary>Whose call it is of; null once it is over, so that no thread keeps that.</summary>
        public volatile CallServer? Server = server;

        /// <summary>Done when the callbacks are; null while they are being begun.</summary>
        public volatile Task? Callbacks;
    }
}
