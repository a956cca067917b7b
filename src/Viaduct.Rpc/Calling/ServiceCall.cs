using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>One call on its way: generated proxies write the arguments into it, then invoke it. Pooled; used by one thread at a time.</summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public sealed partial class ServiceCall : IDisposable
{
    /// <summary>No method's number.</summary>
    private static readonly ServiceMethod s_nothing = new("nothing", OwnMethods.Nothing, ServiceMethodOptions.Idempotent);

    [ThreadStatic]
    private static ServiceCall? t_spare;

    private ServiceConnection _connection = null!;
    private CallRoute _route = null!;
    private ServiceMethod _method = null!;
    private Frame? _answer;
    private Exception? _lost;
    private CallProgress _progress;
    private long _deadline;

    /// <summary>What flowed where the call began; null for nothing.</summary>
    private CallFlow? _flow;

    /// <summary>Ends with the token that flowed, or with the caller's; null unless there are two.</summary>
    private CancellationTokenSource? _either;
    private byte _kind;
    private bool _awaited;

    /// <summary>How many were lost that had begun to carry this call out.</summary>
    private int _killed;

    private ServiceCall()
    {
        _pending = new Pending(this);
    }

    /// <summary>Invokes the call and waits for its answer; the thread that waits takes it itself.</summary>
    /// <param name="cancellationToken">Ends the wait, and tells the service that nobody waits any more.</param>
    /// <returns>The answer; valid until the call is disposed.</returns>
    /// <exception cref="RemoteException">The method threw.</exception>
    /// <exception cref="ServiceMethodMissingException">The service has no such method.</exception>
    /// <exception cref="OutcomeUnknownException">The service was lost in the midst of a call that must not be made twice.</exception>
    /// <exception cref="PeerLostException">The service was lost, and so were those who were tried instead.</exception>
    /// <exception cref="TimeoutException">The call was not over in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public WireReader Invoke(CancellationToken cancellationToken = default)
    {
        CallbackTurns.StepAside();
        cancellationToken = WithFlow(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        for (int attempt = 1; ; attempt++)
        {
            Prepare(awaited: false);
            Check(Begin(awaited: false, cancellationToken), cancellationToken);
            WaitResult result = Await(cancellationToken);
            if (result != WaitResult.Done && TryGiveUp())
            {
                Check(result, cancellationToken);
            }

            if (IsAnswered(attempt, out TimeSpan delay))
            {
                return ReadAnswer(cancellationToken);
            }

            if (delay > TimeSpan.Zero && cancellationToken.WaitHandle.WaitOne(Within(delay)))
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }

    /// <summary>Sends a call that has no answer, waiting for room; the call is disposed.</summary>
    /// <param name="cancellationToken">Ends the wait; the call was not sent then.</param>
    /// <exception cref="TimeoutException">There was no room in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public void Send(CancellationToken cancellationToken = default)
    {
        try
        {
            cancellationToken = WithFlow(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            SealOneWay(cancellationToken);
            CallbackTurns.StepAside();
            Check(_route.Send(_pending.Target, _frame, _pending.IsWork, Remaining(), cancellationToken), cancellationToken);
        }
        catch (ObjectDisposedException) when (_route.IsClosing)
        {
            throw _connection.Disposed();
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>As <see cref="Send"/>, without keeping a thread.</summary>
    /// <param name="cancellationToken">Ends the wait; the call was not sent then.</param>
    /// <returns>A task that is done when the call is on its way.</returns>
    /// <inheritdoc cref="Send" path="/exception"/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken = WithFlow(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            SealOneWay(cancellationToken);
            using CallTimer timer = CallTimer.Start(_deadline, cancellationToken);
            WaitResult result = await _route.SendAsync(_pending.Target, _frame, _pending.IsWork, timer.Token).ConfigureAwait(false);
            Check(timer.IsTooLate(result) ? WaitResult.TimedOut : result, cancellationToken);
        }
        catch (ObjectDisposedException) when (_route.IsClosing)
        {
            throw _connection.Disposed();
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Gives the call back to the pool; it must be over, or never have been invoked. Later calls do nothing.</summary>
    public void Dispose()
    {
        if (_connection is null)
        {
            return;
        }

        ReleaseGiven();
        if (_pending.Ready is null)
        {
            _pending.Ready = _answer;
        }
        else
        {
            _answer?.Return();
        }

        _answer = null;
        _lost = null;
        _flow = null;
        _either?.Dispose();
        _either = null;
        _bringsPromise = false;
        (_brought, _coming) = (null, null);
        _isBound = false;
        _whenOver = null;
        _connection.OnEnded();
        _connection = null!;
        _route = null!;
        if (t_spare is null)
        {
            _frame.Clear();
            _pending.Ready?.Clear();
            t_spare = this;
        }
        else
        {
            _frame.Return();
            _pending.Ready?.Return();
        }
    }

    /// <summary>Ends a call that was forgotten before it was invoked. For finalizers: what it holds may be finalized already, and is left to the collector.</summary>
    internal void Forget()
    {
        if (_connection is { } connection)
        {
            ReleaseGiven();
            _connection = null!;
            connection.OnEnded();
        }
    }

    /// <summary>A call of a method, without arguments yet.</summary>
    internal static ServiceCall Rent(ServiceConnection connection, ServiceMethod method, RemoteTarget target = default, byte kind = RpcFrames.Call)
    {
        connection.OnBegun();
        ServiceCall call = t_spare ?? new ServiceCall();
        t_spare = null;
        call._connection = connection;
        call._route = connection.Route;

        // Written only where they change, here and below: the collector is told of every reference that is written.
        if (!ReferenceEquals(call._method, method))
        {
            call._method = method;
        }

        // Null in one that was given back.
        if (CallContext.Flow is { } flow)
        {
            call._flow = flow;
        }

        call._deadline = connection.DeadlineOfNewCall(call._flow);
        call._kind = kind;
        call._killed = 0;
        if (!ReferenceEquals(call._pending.Target, target.Link))
        {
            call._pending.Target = target.Link;
        }

        call._pending.IsWork = !connection.IsWarmUp && method != s_nothing;
        call.WriteHead(target.Id);
        return call;
    }

    /// <summary>Asks one certain server for nothing: when this ends, its calls have come and gone that way once, and run as fast there as they will.</summary>
    /// <returns>Whether it answered before the token was cancelled.</returns>
    internal static async Task<bool> PingAsync(ServiceConnection connection, SendLink<Frame> server, CancellationToken cancellationToken = default)
    {
        try
        {
            await Rent(connection, s_nothing, new RemoteTarget(server, 0)).InvokeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceMethodMissingException)
        {
            return true;
        }
        catch (Exception error) when (error is ViaductException or ObjectDisposedException or TimeoutException or OperationCanceledException)
        {
            // It was lost: whoever keeps it alive knows.
        }

        return false;
    }

    /// <summary>Readies it for an attempt.</summary>
    private void Prepare(bool awaited)
    {
        _awaited = awaited;
        _answer = null;
        _lost = null;
        Volatile.Write(ref _done, 0);
        if (awaited)
        {
            _source.Reset();
        }

        GoHome();
        Seal(_kind);
    }

    /// <summary>The token that ends the call: the caller's, the one that flows, or if there are both either.</summary>
    private CancellationToken WithFlow(CancellationToken caller)
    {
        if (_flow is not { Token: { CanBeCanceled: true } flowing } || flowing == caller)
        {
            return caller;
        }

        if (!caller.CanBeCanceled)
        {
            return flowing;
        }

        _either ??= CancellationTokenSource.CreateLinkedTokenSource(caller, flowing);
        return _either.Token;
    }

    private TimeSpan Remaining() => _deadline == long.MaxValue ? Timeout.InfiniteTimeSpan : BeforeDeadline();

    private TimeSpan BeforeDeadline()
    {
        TimeSpan remaining = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _deadline);
        return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
    }

    /// <summary>A delay, but no longer than what is left: the next attempt then ends in time.</summary>
    private TimeSpan Within(TimeSpan delay) => Remaining() is var remaining && remaining >= TimeSpan.Zero && remaining < delay ? remaining : delay;

    private WireReader ReadAnswer(CancellationToken cancellationToken)
    {
        ThrowIfIncomplete();
        Frame answer = _answer!;
        CallFrame.TryRead(answer, out byte kind, out _);
        ReadOnlySpan<byte> body = answer.Bytes[CallFrame.HeaderSize..];
        if (kind == RpcFrames.ResultWithObjects)
        {
            body = RpcFrames.ResultOf(body);
        }
        else if (kind != RpcFrames.Result)
        {
            throw RemoteError.Read(kind, body, _connection.Service, _method.Name, cancellationToken);
        }

        if (answer.Blobs is { } blobs)
        {
            _frame.Blobs?.TakeBack(blobs);
        }

        return new WireReader(body, answer.Blobs, CallFrame.HeaderSize);
    }

    /// <summary>What came with the answer may have found no room here.</summary>
    private void ThrowIfIncomplete()
    {
        if (_answer!.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
