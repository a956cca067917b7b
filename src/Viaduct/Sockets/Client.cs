using System.Runtime.CompilerServices;
using Viaduct.Links;

namespace Viaduct;

/// <summary>
/// Calls servers: each request goes to one, and its reply comes back to the caller. Up to the channel's capacity (at least one) of
/// calls may be unanswered at a time, from any number of threads. Thread-safe.
/// </summary>
/// <typeparam name="TRequest">The type of the requests.</typeparam>
/// <typeparam name="TReply">The type of the replies.</typeparam>
/// <example><code>
/// using Client&lt;string, string&gt; client = node.OpenClient(new CallSpec&lt;string, string&gt;("ping"));
/// string pong = client.Call("ping");
/// </code></example>
public sealed partial class Client<TRequest, TReply> : ChannelSocket
{
    private readonly QueueOutbox<TRequest> _requests;
    private readonly Inbox<Reply<TReply>> _replies;
    private readonly OpenCalls<TRequest, TReply> _calls;
    private readonly Mailbox[] _sources;

    /// <summary>Stateless, so one for all calls.</summary>
    private readonly SlotAttempt _slot;

    private readonly Stack<Call<TRequest, TReply>> _spare = new();

    internal Client(Node node, CallSpec<TRequest, TReply> channel, ClientOptions options)
        : base(node, channel, Pattern.ClientServer, "client", options)
    {
        // A client's replies are taken by whichever thread waits, so that one thread at a time can't be promised.
        options = new ClientOptions { Wait = options.Wait, Distribution = options.Distribution, LingerTimeout = options.LingerTimeout };
        _requests = new QueueOutbox<TRequest>(
            channel, options, MessageFormat<TRequest>.For(channel.EffectiveRequestCodec), options.Distribution, 1, null, redelivers: false, int.MaxValue);
        _replies = new Inbox<Reply<TReply>>(
            channel, options, new ReplyFormat<TReply>(MessageFormat<TReply>.For(channel.EffectiveReplyCodec)), FullMode.Wait);
        _sources = [_requests, _replies];
        _calls = new OpenCalls<TRequest, TReply>(_requests, Math.Max(1, channel.Capacity), _replies.Wake);
        _requests.Role = _replies.Role = Role;
        _requests.PeerChanged = OnServerChanged;
        _replies.PeerChanged = OnWayBackChanged;
        _slot = new SlotAttempt(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Peer> Peers => _requests.Peers;

    /// <inheritdoc/>
    public override SocketCounters Counters => new(
        _requests.MessagesSent, _replies.MessagesReceived, _requests.Bytes + _replies.Bytes, _calls.Count, 0, 0, 0, _requests.Refused);

    internal override IOutbox? OutboxOrNull => _requests;

    internal override IInbox? InboxOrNull => _replies;

    internal override ReadOnlySpan<Mailbox> ReadySources => _sources;

    private protected override Mailbox PeerMailbox => _requests;

    private protected override int PeerCount => _requests.Count;

    /// <summary>Calls a server and waits for its reply.</summary>
    /// <param name="request">The request; copied.</param>
    /// <param name="cancellationToken">Ends the wait. The server may work on the request all the same; its reply is dropped.</param>
    /// <returns>The reply.</returns>
    /// <exception cref="RemoteCallException">The server answered with an error, or not at all.</exception>
    /// <exception cref="PeerLostException">The server was lost before it answered; whether it worked on the request is not known.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ChannelMismatchException">The servers that were found have other ideas of this channel.</exception>
    /// <exception cref="MessageTooLargeException">The request is larger than <see cref="ChannelSpec.MaxMessageSize"/>.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public TReply Call(in TRequest request, CancellationToken cancellationToken = default)
    {
        Canceled.ThrowIf(cancellationToken);
        TryCall(request, Timeout.InfiniteTimeSpan, out TReply reply, cancellationToken);
        return reply;
    }

    /// <summary>Calls a server and waits a time for its reply.</summary>
    /// <param name="request">The request; copied.</param>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="cancellationToken">Ends the wait earlier.</param>
    /// <returns>Whether there was a reply in time. A request that was sent may still be worked on; its late reply is dropped.</returns>
    /// <inheritdoc cref="Call" path="/exception"/>
    public bool TryCall(in TRequest request, TimeSpan timeout, out TReply reply, CancellationToken cancellationToken = default)
    {
        reply = default!;
        Deadline deadline = new(timeout);
        SlotAttempt slot = _slot;
        if (!Succeeded(_replies.Block(ref slot, deadline.Remaining, cancellationToken), cancellationToken))
        {
            return false;
        }

        Call<TRequest, TReply> call = Rent(awaited: false);
        try
        {
            RequestAttempt attempt = new(this, call, request);
            if (!Succeeded(_requests.Block(ref attempt, deadline.Remaining, cancellationToken), cancellationToken)
                || !Succeeded(_replies.Block(ref call, deadline.Remaining, cancellationToken), cancellationToken))
            {
                return false;
            }

            reply = call.Result();
            return true;
        }
        finally
        {
            if (!call.IsDone && call.Sequence != 0 && !_calls.TryAbandon(call))
            {
                // Somebody has just taken it out of the table to answer it; it must not be reused before.
                SpinWait spin = default;
                while (!call.IsDone)
                {
                    spin.SpinOnce();
                }
            }

            Return(call);
        }
    }

    /// <summary>Calls a server without keeping a thread while it waits. Many may be under way at once.</summary>
    /// <param name="request">The request; copied once there is room for it.</param>
    /// <param name="cancellationToken">Ends the wait. The server may work on the request all the same; its reply is dropped.</param>
    /// <returns>The reply.</returns>
    /// <inheritdoc cref="Call" path="/exception"/>
    public ValueTask<TReply> CallAsync(TRequest request, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TReply>(cancellationToken);
        }

        StartLoop();
        if (!_calls.TryTakePlace())
        {
            return CallSlowAsync(null, request, cancellationToken);
        }

        // The usual way: no operation but the call itself, which is reused.
        Call<TRequest, TReply> call = Rent(awaited: true);
        try
        {
            if (!TryRequest(call, request))
            {
                return CallSlowAsync(call, request, cancellationToken);
            }
        }
        catch (Exception error)
        {
            Return(call);
            return ValueTask.FromException<TReply>(error);
        }

        return call.Begin(cancellationToken);
    }

    internal override bool ConnectInProcess(ChannelSocket receiver)
    {
        if (receiver is not Server<TRequest, TReply> server)
        {
            throw new ChannelMismatchException(
                Channel.Name, "message types", $"{typeof(TRequest)} -> {typeof(TReply)}", string.Join(" -> ", receiver.GetType().GenericTypeArguments.Select(type => type.ToString())), "the same process");
        }

        // The way back first: a server must be able to answer the first request.
        return InProcessLink.Connect(server.Replies, server.IdentityFor(this), _replies, IdentityFor(server))
            && InProcessLink.Connect(_requests, IdentityFor(server), server.Requests, server.IdentityFor(this));
    }

    /// <summary>Nobody waits for a call any more. False when it is being ended.</summary>
    internal bool TryAbandon(Call<TRequest, TReply> call) => _calls.TryAbandon(call);

    /// <summary>Nobody knows that call any more.</summary>
    internal void Reuse(Call<TRequest, TReply> call)
    {
        lock (_spare)
        {
            _spare.Push(call);
        }
    }

    /// <summary>One call less is out.</summary>
    internal void FreePlace() => _calls.FreePlace();

    /// <summary>Whether a call can begin: fewer than the capacity are out, and a server is there that has room.</summary>
    internal override bool IsReady()
    {
        if (_requests.IsClosed)
        {
            return true;
        }

        if (!_calls.HasPlace)
        {
            try
            {
                TakeReplies();
            }
            catch (ObjectDisposedException)
            {
                return true;
            }
        }

        return _calls.HasPlace && _requests.IsReady();
    }

    private protected override long Close(TimeSpan linger)
    {
        FailAll(null, Disposed.Socket(Role, Channel.Name));
        _requests.Close(TimeSpan.Zero);
        _replies.Close();
        FailAll(null, Disposed.Socket(Role, Channel.Name));
        return 0;
    }

    private static bool Succeeded(WaitResult result, CancellationToken cancellationToken) => result switch
    {
        WaitResult.Done => true,
        WaitResult.TimedOut => false,
        _ => throw new OperationCanceledException(cancellationToken),
    };

    private Call<TRequest, TReply> Rent(bool awaited)
    {
        Call<TRequest, TReply>? call;
        lock (_spare)
        {
            if (!_spare.TryPop(out call))
            {
                call = new Call<TRequest, TReply>(this);
            }
        }

        call.Reset(awaited);
        return call;
    }

    /// <summary>A call that nobody answers is over: one that its caller gave up, or a blocking one.</summary>
    private void Return(Call<TRequest, TReply> call)
    {
        bool keepsPlace = call.KeepsPlace;
        Reuse(call);
        if (!keepsPlace)
        {
            _calls.FreePlace();
        }
    }

    /// <summary>A call that has to wait until it can begin; without one yet, for its place too.</summary>
    /// <remarks>
    /// The runtime keeps an operation of this for each thread and core: one call at a time that waits so allocates nothing, of many some 170 bytes each. What waits for a message or for room has operations
    /// of its own instead, of which there are as many as wait. Here that would be one more for all three waits together, on a way that a client goes only where more calls are made than its capacity allows.
    /// </remarks>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TReply> CallSlowAsync(Call<TRequest, TReply>? call, TRequest request, CancellationToken cancellationToken)
    {
        if (call is null)
        {
            Succeeded(await _replies.BlockAsync(_slot, cancellationToken).ConfigureAwait(false), cancellationToken);
            call = Rent(awaited: true);
        }

        try
        {
            await _requests.BlockForNothingAsync(new AsyncRequestAttempt(this, call, request), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // The request was not sent: nobody else knows this call.
            Return(call);
            throw;
        }

        return await call.Begin(cancellationToken).ConfigureAwait(false);
    }

    private bool TryRequest(Call<TRequest, TReply> call, in TRequest request)
    {
        _requests.EnterGate();
        try
        {
            if (!_requests.TryPut(request, handOver: false))
            {
                return false;
            }

            // Still under the gate, so that the reply can't be looked up before this.
            call.Sequence = _requests.LastSequence;
            _calls.Add(call);
            return true;
        }
        finally
        {
            _requests.ExitGate();
        }
    }

    /// <summary>Waits until fewer calls are out than the capacity.</summary>
    private sealed class SlotAttempt(Client<TRequest, TReply> client) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try()
        {
            if (client._calls.TryTakePlace())
            {
                return true;
            }

            client.TakeReplies();
            return client._calls.TryTakePlace();
        }
    }

    /// <summary>Sends a blocking call's request.</summary>
    private readonly ref struct RequestAttempt(Client<TRequest, TReply> client, Call<TRequest, TReply> call, in TRequest request) : IAttempt
    {
        private readonly ref readonly TRequest _request = ref request;

        /// <inheritdoc/>
        public bool Try() => client.TryRequest(call, _request);
    }

    /// <summary>Sends an awaited call's request.</summary>
    private readonly struct AsyncRequestAttempt(Client<TRequest, TReply> client, Call<TRequest, TReply> call, TRequest request) : IAttempt<bool>
    {
        /// <inheritdoc/>
        public bool Try() => client.TryRequest(call, request);

        /// <inheritdoc/>
        public bool Finish(WaitResult result, CancellationToken cancellationToken) => Succeeded(result, cancellationToken);
    }
}
