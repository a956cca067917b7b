using System.Net;
using System.Net.Sockets;
using Viaduct.Discovery;
using Viaduct.Linux;
using Viaduct.Links;
using Viaduct.Nodes;
using Viaduct.Transports;

namespace Viaduct;

/// <content>Connections to other nodes: who is dialed, who is let in, and which receivers our senders are linked with.</content>
public sealed partial class Node
{
    private static readonly TimeSpan s_dialBound = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    /// <summary>Milliseconds before a node of this machine is dialed again that refused, or was left.</summary>
    private const int LongPause = 1000;

    /// <summary>As <see cref="LongPause"/>, for one that was reached.</summary>
    private const int ShortPause = 20;

    /// <summary>Connections that have not said who they are; when one more comes, the oldest goes.</summary>
    private const int MostGreetings = 256;

    private readonly List<Session> _sessions = [];

    /// <summary>When nodes of this machine may be dialed again, by <see cref="Environment.TickCount64"/>.</summary>
    private readonly Dictionary<Guid, long> _notBefore = [];

    /// <summary>Channels whose receivers are to be looked for; the empty name stands for all.</summary>
    private readonly HashSet<string> _toReconcile = [];

    private bool _stopped;
    private readonly CancellationTokenSource _leaving = new();
    private UnixListener? _unixListener;
    private SocketListener? _listener;
    private IDisposable? _heartbeat;

    /// <summary>Whether the node meets nodes of other machines at all.</summary>
    private bool MeetsMachines => Options.Listen is not null || Options.Peers.Count > 0 || Options.NameService is not null;

    /// <summary>The open or broken session with a node.</summary>
    internal Session? Find(Guid node, bool remote)
    {
        lock (_lock)
        {
            return _sessions.Find(session => session.PeerId == node && session.IsRemote == remote && session.State is SessionState.Open or SessionState.Broken);
        }
    }

    /// <summary>A session's greeting is over.</summary>
    internal void OnSessionOpen(Session session)
    {
        if (session.Announces)
        {
            foreach (ChannelSocket socket in Listeners(session.IsRemote))
            {
                session.Announce(socket);
            }
        }

        Reconcile(null);
    }

    /// <summary>A connection was handed to the session that it continues.</summary>
    internal void Remove(Session session)
    {
        lock (_lock)
        {
            _sessions.Remove(session);
        }
    }

    /// <summary>A session is over.</summary>
    internal void OnSessionClosed(Session session, Exception? error, string reason)
    {
        lock (_lock)
        {
            _sessions.Remove(session);
            if (session.DialedNode != Guid.Empty)
            {
                // One that never opened would be dialed again at once, and be refused again.
                _notBefore[session.DialedNode] = Environment.TickCount64 + (session.PeerId == Guid.Empty ? LongPause : ShortPause);
            }
        }

        if (session.DialedNode != Guid.Empty)
        {
            _ = ReconcileLaterAsync(session.PeerId == Guid.Empty ? LongPause : ShortPause);
        }

        Memory.Forget(session);
        if (error is PeerRefusedException or ProtocolViolationException or TimeoutException && _disposed == 0)
        {
            Raise(new NodeEvent(
                error is PeerRefusedException ? NodeEventKind.PeerRefused : NodeEventKind.ConnectFailed,
                $"The connection with {(session.PeerName.Length > 0 ? $"node '{session.PeerName}'" : "a peer")} ended: {reason}",
                Error: error));
        }

        Reconcile(null);
    }

    /// <summary>Looks soon for receivers that senders of a channel (null = of all) should be linked with and are not.</summary>
    internal void Reconcile(string? channel)
    {
        lock (_lock)
        {
            // One look serves all who asked before it begins.
            if (_disposed != 0 || !_toReconcile.Add(channel ?? ""))
            {
                return;
            }

            if (_toReconcile.Count > 1)
            {
                return;
            }
        }

        Dispatcher.Post(ReconcileAll);
    }

    private void StartSessions()
    {
        if (_directory is { } directory)
        {
            _unixListener = new UnixListener(directory.SocketPath, AcceptLocal, directory.SocketMode);
        }

        if (Options.Listen is { } endPoint)
        {
            _listener = new SocketListener(endPoint, AcceptRemote);
        }

        // At least each second, so that who connects and says nothing is soon shown out.
        TimeSpan beat = TimeSpan.FromMilliseconds(Math.Min(1000, Options.HeartbeatInterval.TotalMilliseconds));
        _heartbeat = Dispatcher.Every(beat, () => Beat(beat));
        if (Options.Peers.Count > 0)
        {
            _ = FollowAsync(new StaticNameService(Options.Peers));
        }

        if (Options.NameService is { } names)
        {
            _ = FollowAsync(names);
            _ = AnnounceAsync(names);
        }
    }

    private void StopSessions()
    {
        lock (_lock)
        {
            _stopped = true;
        }

        _leaving.Cancel();
        _heartbeat?.Dispose();
        _unixListener?.Dispose();
        _listener?.Dispose();
        Parallel.ForEach(Sessions(), session => session.Leave(Options.LingerTimeout));
    }

    private Session[] Sessions()
    {
        lock (_lock)
        {
            return [.. _sessions];
        }
    }

    /// <summary>The open sessions whose ends tell each other of sockets of a channel, since no directory does.</summary>
    private Session[] SessionsFor(ChannelSpec channel) => Array.FindAll(
        Sessions(), session => session.Announces && session.State == SessionState.Open && (session.IsRemote ? IsRemote(channel) : IsLocal(channel)));

    private void Begin(Session session)
    {
        bool stopped;
        Session? shownOut = null;
        lock (_lock)
        {
            stopped = _stopped;
            if (!stopped)
            {
                if (!session.WasDialed && _sessions.Count(static other => other.IsWaitedFor) >= MostGreetings)
                {
                    shownOut = _sessions.Find(static other => other.IsWaitedFor);
                }

                _sessions.Add(session);
            }
        }

        shownOut?.ShowOut();

        if (stopped)
        {
            session.Leave(TimeSpan.Zero);
            return;
        }

        session.Start();
    }

    /// <summary>Looks for receivers of all senders after a time.</summary>
    internal async Task ReconcileLaterAsync(int milliseconds)
    {
        try
        {
            await Task.Delay(milliseconds + 1, _leaving.Token).ConfigureAwait(false);
            Reconcile(null);
        }
        catch (OperationCanceledException)
        {
            // The node leaves.
        }
    }

    private void Beat(TimeSpan sinceLast)
    {
        foreach (Session session in Sessions())
        {
            session.Beat(sinceLast);
        }

        foreach (ISocket socket in Sockets)
        {
            ((ChannelSocket)socket).OutboxOrNull?.Sweep();
        }

        Memory.Trim(Options.IdleMemoryTimeout);
    }

    private void AcceptLocal(SafeSocketHandle socket)
    {
        PolledTransport transport = new(socket, _directory!.SocketPath);
        try
        {
            (int pid, uint user, _) = PeerCredentials.Of(socket);
            if (user != Libc.Geteuid() && !Options.AllowOtherUsers)
            {
                throw new PeerRefusedException($"process {pid} of user {user}", "it is another user's, and NodeOptions.AllowOtherUsers is false");
            }
        }
        catch (ViaductException error)
        {
            Raise(new NodeEvent(NodeEventKind.PeerRefused, error.Message, Error: error));
            transport.Close(error);
            return;
        }

        Begin(new Session(this, transport, dialed: false, remote: false, Options.SharedMemory, redial: null));
    }

    private void AcceptRemote(Socket socket)
    {
        IPAddress? address = (socket.RemoteEndPoint as IPEndPoint)?.Address;
        Session? session = null;
        session = new Session(
            this,
            Transport.Over(socket),
            dialed: false,
            remote: true,
            sharedMemory: false,
            async token =>
            {
                int port = session!.PeerPort;
                return port == 0 || address is null
                    ? throw new IOException("The peer does not listen; it must come back by itself.")
                    : Transport.Over(await SocketConnector.ConnectAsync(address.ToString(), port, s_dialBound, token).ConfigureAwait(false));
            });
        Begin(session);
    }

    /// <summary>Keeps a connection to every address that a name service knows.</summary>
    private async Task FollowAsync(INameService names)
    {
        HashSet<string> known = [];
        try
        {
            await foreach (NodeAddress address in names.WatchAsync(Options.Domain, _leaving.Token).ConfigureAwait(false))
            {
                if (address.NodeId == Id || address.IsWithdrawn || !known.Add(address.ToString()))
                {
                    continue;
                }

                try
                {
                    Options.CheckPlaintext(address);
                }
                catch (ArgumentException error)
                {
                    Raise(new NodeEvent(NodeEventKind.ConnectFailed, error.Message, Error: error));
                    continue;
                }

                _ = KeepConnectedAsync(address);
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The node leaves.
        }
        catch (Exception error)
        {
            Raise(new NodeEvent(NodeEventKind.DiscoveryFailed, $"The name service failed: {error.Message}", Error: error));
        }
    }

    private async Task AnnounceAsync(INameService names)
    {
        if (ListenAddress is not { } address)
        {
            return;
        }

        try
        {
            NodeAddress self = new(address.Address.ToString(), address.Port) { NodeId = Id, NodeName = Name };
            IAsyncDisposable announcement = await names.AnnounceAsync(Options.Domain, self, _leaving.Token).ConfigureAwait(false);
            await using (announcement.ConfigureAwait(false))
            {
                await Task.Delay(Timeout.Infinite, _leaving.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The node leaves.
        }
        catch (Exception error)
        {
            Raise(new NodeEvent(NodeEventKind.DiscoveryFailed, $"The name service failed: {error.Message}", Error: error));
        }
    }

    private async Task KeepConnectedAsync(NodeAddress address)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(20);
        bool told = false;
        while (!_leaving.IsCancellationRequested)
        {
            try
            {
                Task<Transport> Dial(CancellationToken token) => DialAsync(address, token);
                Session session = new(this, await Dial(_leaving.Token).ConfigureAwait(false), dialed: true, remote: true, sharedMemory: false, Dial);
                Begin(session);
                told = false;
                await session.Ended.WaitAsync(_leaving.Token).ConfigureAwait(false);
                pause = session.PeerId == Guid.Empty ? pause : TimeSpan.FromMilliseconds(20);
            }
            catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                if (!told)
                {
                    told = true;
                    Raise(new NodeEvent(NodeEventKind.ConnectFailed, $"{address} does not answer: {error.Message}. It is tried again until the node leaves.", Error: error));
                }
            }

            try
            {
                await Task.Delay(pause, _leaving.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = TimeSpan.FromMilliseconds(Math.Min(s_longestPause.TotalMilliseconds, (pause.TotalMilliseconds * 2) + Random.Shared.Next(10)));
        }
    }

    private static async Task<Transport> DialAsync(NodeAddress address, CancellationToken token) =>
        Transport.Over(await SocketConnector.ConnectAsync(address, s_dialBound, token).ConfigureAwait(false));

    private void ReconcileAll()
    {
        string[] channels;
        lock (_lock)
        {
            channels = [.. _toReconcile];
            _toReconcile.Clear();
        }

        if (channels.Contains(""))
        {
            ReconcileNow(null);
            return;
        }

        foreach (string channel in channels)
        {
            ReconcileNow(channel);
        }
    }

    private void ReconcileNow(string? channel)
    {
        ChannelSocket[] senders;
        lock (_lock)
        {
            senders = [.. _sockets.Values.Where(socket => socket.Connects && socket.Channel.Context != Context.Thread && (channel is null || socket.Channel.Name == channel))];
        }

        foreach (ChannelSocket sender in senders)
        {
            if (_disposed == 0)
            {
                ReconcileSender(sender);
            }
        }
    }

    private void ReconcileSender(ChannelSocket sender)
    {
        string channel = sender.Channel.Name;
        HashSet<Guid> nearer = [];
        if (_directory is not null && IsLocal(sender.Channel))
        {
            IReadOnlyList<Registration> receivers = _directory.Find(channel);
            if (receivers.Count == 0)
            {
                _directory.Wake();
            }

            foreach (Registration receiver in receivers)
            {
                nearer.Add(receiver.SocketId);
                if (!LocalHub.Reaches(_place, sender, receiver.SocketId))
                {
                    LinkLocal(sender, receiver);
                }
            }
        }

        foreach (Session session in SessionsFor(sender.Channel))
        {
            foreach (Registration receiver in session.Registrations)
            {
                if (receiver.Channel == channel && !nearer.Contains(receiver.SocketId) && !LocalHub.Reaches(_place, sender, receiver.SocketId))
                {
                    Link(session, sender, receiver);
                }
            }
        }
    }

    private void LinkLocal(ChannelSocket sender, Registration receiver)
    {
        Session? session;
        lock (_lock)
        {
            if (_stopped || _notBefore.GetValueOrDefault(receiver.NodeId) > Environment.TickCount64)
            {
                return;
            }

            session = _sessions.Find(candidate => !candidate.IsRemote && candidate.WasDialed && candidate.DialedNode == receiver.NodeId && candidate.State != SessionState.Closed);
        }

        if (session is null)
        {
            string path = _directory!.SocketPathOf(receiver.NodeId);
            SafeSocketHandle socket;
            try
            {
                socket = UnixConnector.Connect(path, waits: false);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.TimedOut)
            {
                // More wait at its door than it has let in, or it is stopped: that must not stop what else the dispatcher does.
                lock (_lock)
                {
                    _notBefore[receiver.NodeId] = Environment.TickCount64 + ShortPause;
                }

                _ = ReconcileLaterAsync(ShortPause);
                return;
            }
            catch (SocketException)
            {
                // It died between its registration and now; whoever meets its entry next removes it.
                return;
            }

            session = new Session(this, new PolledTransport(socket, path), dialed: true, remote: false, Options.SharedMemory, redial: null) { DialedNode = receiver.NodeId };
            Begin(session);
            return;
        }

        if (session.State == SessionState.Open)
        {
            Link(session, sender, receiver);
        }
    }

    private static void Link(Session session, ChannelSocket sender, Registration receiver)
    {
        IOutbox outbox = sender.OutboxOrNull!;
        if (outbox.IsClosed || outbox.Has(receiver.SocketId) || Array.Exists(session.Node.Sessions(), other => other.HasLink(sender.Id, receiver.SocketId)))
        {
            return;
        }

        if (sender.Channel.HasOneReceiver && (outbox.Count > 0 || session.Node.IsOffering(sender.Id)))
        {
            // A second receiver of the same node can only be the successor of one that is about to go: we look again when it has.
            if (!outbox.Peers.Any(peer => peer.NodeId == receiver.NodeId))
            {
                session.RefuseRole(sender, receiver.SocketId);
            }

            return;
        }

        session.OpenLink(sender, outbox, receiver.SocketId);
    }

    private bool IsOffering(Guid sender) => Array.Exists(Sessions(), session => session.Offers(sender));
}
