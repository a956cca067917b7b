using System.Net.Sockets;
using Viaduct.Discovery;
using Viaduct.Linux;
using Viaduct.Links;
using Viaduct.Nodes;
using Viaduct.Transports;

namespace Viaduct;

/// <content>Which receivers our senders are linked with, and which nodes of this machine are dialed for that.</content>
public sealed partial class Node
{
    /// <summary>Channels whose receivers are to be looked for; the empty name stands for all.</summary>
    private readonly HashSet<string> _toReconcile = [];

    /// <summary>1 while a look is to come because something failed at one before.</summary>
    private int _looksAgain;

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
                TryReconcile(sender);
            }
        }
    }

    /// <summary>What goes wrong with one sender is told, for nobody waits here who could catch it, and keeps none of the others from their receivers.</summary>
    private void TryReconcile(ChannelSocket sender)
    {
        try
        {
            ReconcileSender(sender);
        }
        catch (ObjectDisposedException)
        {
            // The socket, or the session, was closed meanwhile.
        }
        catch (Exception error)
        {
            RaiseUnlinked(sender, "receiver", error);

            // What was not to be had, memory or a descriptor, may be there then, and nothing else would say so.
            LookAgain(LongPause);
        }
    }

    /// <summary>Looks for receivers of all senders after a time. One look for all that failed until then.</summary>
    internal void LookAgain(int milliseconds)
    {
        if (Interlocked.Exchange(ref _looksAgain, 1) == 0)
        {
            _ = LookAgainAsync(milliseconds);
        }
    }

    private async Task LookAgainAsync(int milliseconds)
    {
        try
        {
            await Task.Delay(milliseconds, _leaving.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The node leaves.
            return;
        }

        // Before the look, so that what fails there is looked for again.
        Volatile.Write(ref _looksAgain, 0);
        Reconcile(null);
    }

    /// <summary>Raises that a socket can't be linked with another.</summary>
    internal void RaiseUnlinked(ChannelSocket socket, string peer, Exception error) => Raise(new NodeEvent(
        NodeEventKind.ConnectFailed, $"The {socket.Role} of '{socket.Channel.Name}' can't be linked with a {peer}: {error.Message}", socket.Channel.Name, Error: error));

    private void ReconcileSender(ChannelSocket sender)
    {
        string channel = sender.Channel.Name;
        HashSet<Guid> nearer = [];
        if (_directory is not null && IsLocal(sender.Channel))
        {
            IReadOnlyList<Registration> receivers = _directory.Find(channel);
            if (receivers.Count == 0 && Options.Knocks)
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
            if (_stopped || _notBefore?.GetValueOrDefault(receiver.NodeId) > Environment.TickCount64)
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
                    (_notBefore ??= [])[receiver.NodeId] = Environment.TickCount64 + ShortPause;
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
