using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <summary>Calls over one socket, to whoever serves the service, and back to what those calls handed out.</summary>
internal sealed class ServiceSocketConnection : ServiceConnection
{
    private readonly CallServer _server;
    private readonly CallbackTurns _turns;

    /// <summary>A connection over a socket that has made no calls yet.</summary>
    public ServiceSocketConnection(string service, CallerSocket socket, ConnectOptions options)
        : base(options.Timeout, options.Retry)
    {
        Service = service;
        Socket = socket;
        _server = new CallServer(null, service, Answer, WayTo, tellsTraces: true, isConcurrent: true)
        {
            // As a rule the server is gone, and whatever tells of that may have told already.
            GaveUp = () =>
            {
                socket.GiveUp(1);
                socket.TellUnbegun();
            },
            Failed = error => socket.Node.RaiseThrown(socket, error),
        };
        _turns = new CallbackTurns(_server);

        // Whoever holds something of ours may call it at any time.
        _server.Exports.Used = () =>
        {
            socket.KeepsOrder = true;
            Route.BeginAwait();
        };
        _server.Exports.Unused = Route.EndAwait;
        socket.Unasked = OnUnasked;
        socket.ServerGone = server =>
        {
            _server.Forget(server);
            Forget(server);
        };
        socket.Late = LateAnswer.Release;
        socket.Replace = _server.Replace;
    }

    /// <summary>The socket.</summary>
    public CallerSocket Socket { get; }

    /// <inheritdoc/>
    public override string Service { get; }

    /// <inheritdoc/>
    internal override CallRoute Route => Socket.Route;

    /// <inheritdoc/>
    internal override ExportTable Exports => _server.Exports;

    /// <summary>Waits until so many serve the service; false if there were not in time.</summary>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public bool Wait(int count, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return Socket.WaitForPeers(count, timeout, cancellationToken);
        }
        catch (ObjectDisposedException)
        {
            throw Disposed();
        }
    }

    /// <summary>As <see cref="Wait"/>, without keeping the thread.</summary>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public async ValueTask WaitAsync(int count, CancellationToken cancellationToken)
    {
        try
        {
            await Socket.WaitForPeersAsync(count, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            throw Disposed();
        }
    }

    /// <summary>Closes the connection.</summary>
    public void Close()
    {
        // Calls that this end carries out for the other may still use what they were given.
        Socket.Dispose();
        _server.Close();
        Forget(null);
    }

    /// <summary>What a server (null = all) called here, and was not begun, is not carried out any more.</summary>
    private void Forget(Guid? server)
    {
        Socket.GiveUp(_turns.Forget(server));
        Socket.TellUnbegun();
    }

    /// <summary>Calls not on the thread that took them, which may be waiting for an answer of its own; what ends one not behind it. An object is released behind the calls on it.</summary>
    private void OnUnasked(Frame frame, PeerIdentity server)
    {
        if (_server.EndsCall(server, frame))
        {
            _server.Handle(frame, server, own: null);
        }
        else if (!_turns.TryAdd(frame, server))
        {
            Socket.GiveUp(CallFrame.IsUnanswered(frame, out _) ? 1 : 0);
            frame.Return();
            Socket.Break(server, "The service calls back faster than it is followed: too many of its calls wait here.");
        }
    }

    private void Answer(PeerIdentity server, uint id, Frame answer)
    {
        if (Socket.LinkTo(server.SocketId) is { } link)
        {
            Frame copy = Frame.Rent();
            copy.Set(answer);
            CallFrame.SetId(copy, id);
            Route.Post(link, copy);
        }
    }

    private RemoteWay? WayTo(PeerIdentity server) => Socket.LinkTo(server.SocketId) is { } link ? new RemoteWay(Route, link) : null;
}
