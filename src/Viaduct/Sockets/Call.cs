using System.Threading.Tasks.Sources;
using Viaduct.Links;

namespace Viaduct;

/// <summary>One call that waits for its reply; reused. Guarded by the client's gate but for the asynchronous source.</summary>
internal sealed class Call<TRequest, TReply> : IAttempt, IValueTaskSource<TReply>
{
    private readonly Client<TRequest, TReply> _client;
    private ManualResetValueTaskSourceCore<TReply> _source = new() { RunContinuationsAsynchronously = true };
    private Reply<TReply> _reply;
    private Exception? _error;
    private CancellationTokenRegistration _registration;
    private int _done;

    /// <summary>A call of that client.</summary>
    public Call(Client<TRequest, TReply> client)
    {
        _client = client;
    }

    /// <summary>The request's number.</summary>
    public ulong Sequence { get; set; }

    /// <summary>Nobody waits for it any more, but its place is taken until the server answers.</summary>
    public bool KeepsPlace { get; set; }

    /// <summary>Whether it is over.</summary>
    public bool IsDone => Volatile.Read(ref _done) != 0;

    /// <summary>Whether it is awaited; otherwise a thread waits for it.</summary>
    public bool IsAwaited { get; private set; }

    /// <summary>Prepares for one call.</summary>
    public void Reset(bool awaited)
    {
        IsAwaited = awaited;
        _reply = default;
        _error = null;
        KeepsPlace = false;
        Sequence = 0;
        _registration = default;
        Volatile.Write(ref _done, 0);
        if (awaited)
        {
            _source.Reset();
        }
    }

    /// <summary>The task of an awaited call whose request was sent; the token ends it.</summary>
    public ValueTask<TReply> Begin(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(static (state, token) => ((Call<TRequest, TReply>)state!).Cancel(token), this);
        }

        return new ValueTask<TReply>(this, _source.Version);
    }

    /// <summary>Ends the call with a reply. Whoever takes it out of the client's table calls this, so once.</summary>
    public void Answer(in Reply<TReply> reply)
    {
        _reply = reply;
        Finish();
    }

    /// <summary>Ends the call with an error.</summary>
    public void Fail(Exception error)
    {
        _error = error;
        Finish();
    }

    /// <summary>Ends an awaited call whose token was cancelled, unless it is over already.</summary>
    private void Cancel(CancellationToken token)
    {
        if (_client.TryAbandon(this))
        {
            Fail(new OperationCanceledException(token));
        }
    }

    /// <summary>The reply of a blocking call.</summary>
    public TReply Result() => _error is not null
        ? throw _error
        : _reply.Error is { } error ? throw new RemoteCallException(_client.Channel.Name, error) : _reply.Value;

    /// <inheritdoc/>
    bool IAttempt.Try()
    {
        if (!IsDone)
        {
            _client.TakeReplies();
        }

        return IsDone;
    }

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource<TReply>.GetStatus(short token) => _source.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource<TReply>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc/>
    TReply IValueTaskSource<TReply>.GetResult(short token)
    {
        if (_source.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The call is not over: await it.");
        }

        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            // Waits for a running Cancel, after which nobody but the client knows this call.
            _registration.Dispose();
            _client.Reuse(this);
        }
    }

    private void Finish()
    {
        if (!IsAwaited)
        {
            // The last touch: a blocking caller returns this call to the pool as soon as it sees it.
            Volatile.Write(ref _done, 1);
            return;
        }

        // Now, not when the result is asked for, which a program may never do.
        if (!KeepsPlace)
        {
            _client.FreePlace();
        }

        if (_error is not null)
        {
            _source.SetException(_error);
        }
        else if (_reply.Error is { } error)
        {
            _source.SetException(new RemoteCallException(_client.Channel.Name, error));
        }
        else
        {
            _source.SetResult(_reply.Value);
        }
    }
}
