using System.Net;
using System.Net.Sockets;
using Viaduct.Linux;
using Viaduct.Nodes;
using Viaduct.Transports;

namespace Viaduct;

/// <content>Connections to other nodes: who is let in, and what becomes of a session.</content>
public sealed partial class Node
{
    private static readonly TimeSpan s_dialBound = TimeSpan.FromSeconds(5);

    /// <summary>Milliseconds before a node of this machine is dialed again that refused, or was left.</summary>
    private const int LongPause = 1000;

    /// <summary>As <see cref="LongPause"/>, for one that was reached.</summary>
    private const int ShortPause = 20;

    private readonly List<Session> _sessions = [];

    /// <summary>When nodes of this machine may be dialed again, by <see cref="Environment.TickCount64"/>.</summary>
    private Dictionary<Guid, long>? _notBefore;

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
                (_notBefore ??= [])[session.DialedNode] = Environment.TickCount64 + (session.PeerId == Guid.Empty ? LongPause : ShortPause);
            }
        }

        if (session.DialedNode != Guid.Empty)
        {
            _ = ReconcileLaterAsync(session.PeerId == Guid.Empty ? LongPause : ShortPause);
        }

        Memory.Forget(session);
        if (error is not (null or IOException or SocketException or ObjectDisposedException) && _disposed == 0)
        {
            // Of a connection that merely broke, its sockets tell; this was a refusal, or a fault.
            Raise(new NodeEvent(
                error is PeerRefusedException ? NodeEventKind.PeerRefused : NodeEventKind.ConnectFailed,
                $"The connection with {(session.PeerName.Length > 0 ? $"node '{session.PeerName}'" : "a peer")} ended: {reason}",
                Error: error));
        }

        Reconcile(null);
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
                Session[] waitedFor = session.WasDialed ? [] : [.. _sessions.Where(static other => other.IsWaitedFor)];
                if (waitedFor.Length >= Crowding.MostWaitedFor)
                {
                    shownOut = Crowding.Choose(waitedFor, static other => other.Origin);
                    shownOut?.IsShownOut = true;
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

    private void Beat(TimeSpan sinceLast)
    {
        foreach (Session session in Sessions())
        {
            session.Beat(sinceLast);
        }

        foreach (ISocket socket in Sockets)
        {
            ((ChannelSocket)socket).OutboxOrNull?.Sweep();
            if (((ChannelSocket)socket).FindStall(Environment.TickCount64) is { } stall)
            {
                Raise(new NodeEvent(NodeEventKind.SendingStalled, stall, socket.Channel.Name));
            }
        }

        Memory.Trim(Options.IdleMemoryTimeout);
    }

    private void AcceptLocal(SafeSocketHandle socket)
    {
        PolledTransport transport = new(socket, _directory!.SocketPath);
        int pid;
        try
        {
            (pid, uint user, _) = PeerCredentials.Of(socket);
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

        Begin(new Session(this, transport, dialed: false, remote: false, Options.SharedMemory, redial: null) { Origin = pid });
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
            })
        {
            Origin = Crowding.PlaceOf(address),
        };
        Begin(session);
    }
}
