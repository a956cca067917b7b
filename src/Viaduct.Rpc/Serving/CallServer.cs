using System.Buffers.Binary;
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
/// <param name="isConcurrent">Whether several threads handle frames.</param>
internal sealed partial class CallServer(
    ServiceDispatcher? root, string name, Action<PeerIdentity, uint, Frame> answer, Func<PeerIdentity, RemoteWay?> routeTo, bool tellsTraces, bool isConcurrent)
{
    /// <summary>
    /// Calls whose methods run, or have not returned yet. Where one thread handles all frames only that one writes it; and who drains, for what that has left, once it was joined.
    /// </summary>
    private int _running;

    /// <summary>Calls whose methods have returned and go on elsewhere.</summary>
    private int _awaited;

    /// <summary>The service's name.</summary>
    public string Name { get; } = name;

    /// <summary>What was handed out.</summary>
    public ExportTable Exports { get; } = new(remembers: isConcurrent);

    /// <summary>Answers what is asked of every service beside its contract; false for anything else. Null where nothing is.</summary>
    public Func<ServiceRequest, bool>? Own { get; init; }

    /// <summary>
    /// Called when a call without an answer was not begun, since the one that was to bring its object went back, or its caller, which held the object, is gone, or has released it in a frame that another thread took;
    /// or since there is no such method, or its time was over.
    /// </summary>
    public Action? GaveUp { get; init; }

    /// <summary>Called with what a call without an answer threw: nobody else hears of it.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>Whether answers tell where a method threw.</summary>
    public bool TellsTraces { get; } = tellsTraces;

    /// <summary>Calls that are being carried out now.</summary>
    public int UnderWay => Running + Volatile.Read(ref _awaited);

    /// <summary>Those of them that keep a thread: it has come as far as that with what it took.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>The way to who called; null where it is gone.</summary>
    public RemoteWay? RouteTo(PeerIdentity caller) => routeTo(caller);

    /// <summary>Somebody was just handed something: whoever is gone by now was forgotten before, and will not be once more.</summary>
    /// <exception cref="PeerLostException">The caller is gone; nothing is handed out to it any more.</exception>
    public void CheckHolder(PeerIdentity caller)
    {
        if (routeTo(caller) is null)
        {
            Exports.ReleaseAll(caller.SocketId);
            throw LossOf(caller);
        }
    }

    /// <summary>What it means that a caller is gone.</summary>
    public PeerLostException LossOf(PeerIdentity caller) => new(Name, caller.Describe(), "its connection ended");

    /// <summary>Does what a frame asks for, on this thread. The frame is the server's from now on.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="caller">Who sent it.</param>
    /// <param name="own">What flows on this thread between calls: nothing that a method leaves behind.</param>
    public void Handle(Frame frame, PeerIdentity caller, ExecutionContext? own)
    {
        Volatile.Read(ref _early)?.CountFrame();
        if (!CallFrame.TryRead(frame, out byte kind, out uint id))
        {
            frame.Return();
            return;
        }

        switch (kind)
        {
            case RpcFrames.Call or RpcFrames.OneWay or RpcFrames.Next when frame.Length >= CallFrame.HeaderSize + RpcFrames.CallSize:
                CarryOut(ServiceRequest.Rent(this, caller, frame, kind == RpcFrames.OneWay, id), own);
                return;

            case RpcFrames.Release when frame.Length == CallFrame.HeaderSize + sizeof(uint):
                Exports.Release(caller.SocketId, BinaryPrimitives.ReadUInt32LittleEndian(frame.Bytes[CallFrame.HeaderSize..]));
                break;

            case RpcFrames.Cancel:
                CancelInTime(caller.SocketId, id);
                break;
        }

        frame.Return();
    }

    /// <summary>A call goes back to who made it. So do those on the object that it was to bring: they would wait for ever. The frame stays its owner's.</summary>
    public void BreakPromise(PeerIdentity caller, Frame frame)
    {
        if (ServiceRequest.PromisedBy(frame) is >= ExportTable.FirstPromise and uint promised)
        {
            try
            {
                Exports.PromiseOf(caller.SocketId, promised).Break(ExportTable.NeverBegun());
            }
            catch (InvalidOperationException)
            {
                // All of them were broken, or it was not to have this one.
            }
        }
    }

    /// <summary>Whether a frame asks for more of a call under way, here alone: for the next items of its stream. The frame stays its owner's.</summary>
    public bool GoesOn(PeerIdentity caller, Frame frame) =>
        CallFrame.TryRead(frame, out byte kind, out _) && kind == RpcFrames.Next
        && ServiceRequest.TargetOf(frame) is > 0 and < ExportTable.FirstPromise and uint target
        && Exports.TryGet(caller.SocketId, target, out IExport? export) && export.IsUnderWay;

    /// <summary>Who called is gone: its calls are cancelled, and what it held is released.</summary>
    public void Forget(Guid caller)
    {
        Exports.ReleaseAll(caller);
        CancelAll(caller);
    }

    /// <summary>Makes of an answer that can't be sent one that says why. What it was to hand out nobody hears of.</summary>
    public void Replace(SendLink<Frame> caller, Frame answer, Exception error)
    {
        for (ReadOnlySpan<byte> given = RpcFrames.GivenBy(answer); given.Length >= sizeof(uint); given = given[sizeof(uint)..])
        {
            Exports.Release(caller.Peer.SocketId, BinaryPrimitives.ReadUInt32LittleEndian(given));
        }

        RemoteError.Replace(answer, error);
    }

    /// <summary>Cancels what can be, and releases all.</summary>
    public void Close()
    {
        CancelAll(null);
        Exports.Close();
    }

    private void CarryOut(ServiceRequest request, ExecutionContext? own)
    {
        ValueTask task;
        bool isCounted = false;
        try
        {
            // Not counted yet: who drains breaks what nobody has begun to bring once each thread is counted.
            request.BeginPromise();
            CountRunning(1);
            isCounted = true;
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

        if (!isCounted)
        {
            CountRunning(1);
        }

        if (own is not null && !ReferenceEquals(ExecutionContext.Capture(), own))
        {
            // What the method has left in an AsyncLocal is not the next one's.
            ExecutionContext.Restore(own);
        }

        if (!task.IsCompleted)
        {
            // Counted twice for a moment rather than not at all.
            Interlocked.Increment(ref _awaited);
            CountRunning(-1);
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

        CountRunning(-1);
        Finish(request, thrown);
    }

    /// <summary>One atomic instruction less where it is not needed: it would wait for all stores before it.</summary>
    private void CountRunning(int change)
    {
        if (isConcurrent)
        {
            Interlocked.Add(ref _running, change);
        }
        else
        {
            Volatile.Write(ref _running, _running + change);
        }
    }

    private ValueTask DispatchAsync(ServiceRequest request)
    {
        if (request.Failure is { } failure)
        {
            throw failure;
        }

        if (request.Target == 0)
        {
            return root?.DispatchAsync(request) ?? request.UnknownMethod();
        }

        Exports.TryGet(request.Caller.SocketId, request.Target, out IExport? export);
        if (export is Promise or null && routeTo(request.Caller) is null)
        {
            // What it held was released. Asking for a promise made it, if its caller's others had gone.
            Exports.ReleaseAll(request.Caller.SocketId);
            throw request.IsOneWay ? new NotBegunException("Its caller is gone.") : LossOf(request.Caller);
        }

        return export?.DispatchAsync(request) ?? throw (request.IsOneWay
            ? new NotBegunException("The caller has released it before.")
            : new ObjectDisposedException($"object {request.Target} of service '{Name}'", "The caller has released it before."));
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

        try
        {
            // Answered first: who drains the service waits for none that is not counted.
            Finish(request, thrown);
        }
        finally
        {
            Interlocked.Decrement(ref _awaited);
        }
    }

    private void Finish(ServiceRequest request, Exception? thrown)
    {
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
            if (thrown is NotBegunException || (thrown is null && CallFrame.TryRead(result, out byte kind, out _) && kind is RpcFrames.NoMethod or RpcFrames.TooLate))
            {
                GaveUp?.Invoke();
            }
            else if (thrown is not null)
            {
                Failed?.Invoke(thrown);
            }

            return;
        }

        try
        {
            answer(request.Caller, request.Id, result);
        }
        catch (Exception error) when (error is not ObjectDisposedException)
        {
            // It is too large, or what it brings along is gone: the caller is to hear of that.
            answer(request.Caller, request.Id, request.Finish(error));
        }
    }
}
