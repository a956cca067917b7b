using System.Diagnostics;
using System.Net;
using Viaduct.Calls;
using Viaduct.Discovery;
using Viaduct.Nodes;

namespace Viaduct;

/// <summary>
/// This process's presence: makes sockets, and finds and reaches those of other threads, processes and machines. A process usually
/// has one. Thread-safe; may be disposed at any moment from any thread.
/// </summary>
/// <example><code>
/// await using Node node = Node.Join();
/// using Producer&lt;Event&gt; producer = node.OpenProducer(new ChannelSpec&lt;Event&gt;("events"));
/// </code></example>
[DebuggerDisplay("{Name,nq} ({Id}), {Sockets.Count} sockets")]
public sealed partial class Node : IDisposable, IAsyncDisposable
{
    /// <summary>Who connects must have said who it is within this time.</summary>
    internal static readonly TimeSpan GreetingBound = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, ChannelSocket> _sockets = [];
    private readonly Dictionary<Guid, IDisposable> _watches = [];
    private readonly HashSet<Guid> _roles = [];
    private readonly SerialQueue _events;
    private readonly LocalDirectory? _directory;
    private readonly string _place;
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposed;

    private Node(NodeOptions options)
    {
        Options = options;
        Name = options.Name ?? $"{Path.GetFileNameWithoutExtension(Environment.ProcessPath) ?? "process"}-{Environment.ProcessId}";
        _events = new SerialQueue(OnHandlerFailed);
        Event += options.OnEvent;
        _place = $"{(options.RuntimeDirectory is null ? "" : Path.GetFullPath(options.RuntimeDirectory))}|{options.Domain}";

        // Without discovery, too: it may come to share it with its own children.
        Memory = new NodeMemory(options.SharedMemory && Platform.IsLinux);
        Memory.OnFreed(() => Dispatcher.Post(WakeSenders));
        try
        {
            if (options.LocalDiscovery)
            {
                _directory = new LocalDirectory(options.RuntimeDirectory, options.Domain, Id, Name, options.AllowOtherUsers);
            }

            StartSessions();
            Raise(new NodeEvent(NodeEventKind.Joined, $"Node '{Name}' joined domain '{options.Domain}'."));
        }
        catch
        {
            StopSessions();
            _directory?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// What happens to the node and its sockets: peers that come, go or are refused, losses, failures. Raised one at a time, on a pool thread.
    /// <see cref="NodeOptions.OnEvent"/> also gets what happens while the node joins.
    /// </summary>
    public event Action<NodeEvent>? Event;

    /// <summary>The node's name, for people.</summary>
    public string Name { get; }

    /// <summary>The node's identity; a new one each time.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>Where the node listens for other machines, with the port that it got; null = nowhere.</summary>
    public IPEndPoint? ListenAddress => _listener?.LocalEndPoint;

    /// <summary>The open sockets.</summary>
    public IReadOnlyList<ISocket> Sockets
    {
        get
        {
            lock (_lock)
            {
                return [.. _sockets.Values];
            }
        }
    }

    /// <summary>The options, as they were when the node joined.</summary>
    internal NodeOptions Options { get; }

    /// <summary>The node's memory.</summary>
    internal NodeMemory Memory { get; }

    /// <summary>Joins: registers on this machine, listens where the options say so, and begins to look for others.</summary>
    /// <param name="options">Options; null = all defaults.</param>
    /// <returns>The node. Dispose it to leave.</returns>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="PlatformNotSupportedException">An option needs Linux.</exception>
    /// <exception cref="ViaductException">
    /// The runtime directory can't be made, belongs to somebody else or is open to others; the message says which, and what to do.
    /// </exception>
    /// <exception cref="IOException">The socket in the runtime directory can't be made: the disk is full, or its path is too long.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The address to listen on is taken or not this machine's.</exception>
    public static Node Join(NodeOptions? options = null) => new((options ?? new NodeOptions()).ValidatedCopy());

    /// <summary>Asks every live node of a domain on this machine what sockets it has.</summary>
    /// <param name="options">Which domain and runtime directory; null = the defaults.</param>
    /// <param name="timeout">How long to wait for each node; null = 2 s. One that does not answer is left out.</param>
    /// <returns>A report of each node that answered.</returns>
    /// <exception cref="PlatformNotSupportedException">Not on Linux.</exception>
    public static IReadOnlyList<NodeReport> Survey(NodeOptions? options = null, TimeSpan? timeout = null)
    {
        Platform.RequireLinux("Node.Survey");
        NodeOptions checkedOptions = (options ?? new NodeOptions()).ValidatedCopy();
        List<NodeReport> reports = [];
        foreach (LocalNode node in LocalDirectory.Survey(checkedOptions.RuntimeDirectory, checkedOptions.Domain, checkedOptions.AllowOtherUsers))
        {
            if (NodeQuery.Ask(node, checkedOptions.Domain, timeout ?? TimeSpan.FromSeconds(2)) is { } report)
            {
                reports.Add(report);
            }
        }

        return reports;
    }

    /// <summary>Leaves: closes every socket (senders linger), then the connections. Later calls do nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            Leave();
        }
        finally
        {
            _left.TrySetResult();
        }
    }

    private void Leave()
    {
        ChannelSocket[] sockets;
        lock (_lock)
        {
            sockets = [.. _sockets.Values];
        }

        // Senders first and all at once: they linger, and receivers of this very node may still be consuming.
        Parallel.ForEach(sockets.Where(socket => socket.OutboxOrNull is not null), static socket => socket.Dispose());
        foreach (ChannelSocket socket in sockets)
        {
            socket.Dispose();
        }

        StopSessions();
        _directory?.Dispose();
        Memory.Close();
        Raise(new NodeEvent(NodeEventKind.Left, $"Node '{Name}' left."));
    }

    /// <summary>As <see cref="Dispose"/>, without keeping the calling thread.</summary>
    /// <returns>A task that ends when the node has left.</returns>
    public ValueTask DisposeAsync() => new(_left.Task.IsCompleted ? Task.CompletedTask : Task.Run(LeaveAsync));

    private Task LeaveAsync()
    {
        Dispose();
        return _left.Task;
    }

    private void WakeSenders()
    {
        foreach (ISocket socket in Sockets)
        {
            ((ChannelSocket)socket).OutboxOrNull?.Wake();
        }
    }

    /// <summary>Raises an event, later and in order.</summary>
    internal void Raise(NodeEvent what)
    {
        if (Event is not null)
        {
            _events.Post(() => RaiseNow(what));
        }
    }

    /// <summary>Calls every handler, also behind one that throws; its exception is an event in turn.</summary>
    private void RaiseNow(NodeEvent what)
    {
        foreach (Delegate handler in Event?.GetInvocationList() ?? [])
        {
            try
            {
                ((Action<NodeEvent>)handler)(what);
            }
            catch (Exception error) when (what.Kind != NodeEventKind.HandlerFailed)
            {
                OnHandlerFailed(error);
            }
        }
    }

    private void OnHandlerFailed(Exception error) =>
        Raise(new NodeEvent(NodeEventKind.HandlerFailed, $"An event handler threw: {error.Message}", Error: error));

    /// <summary>Raises a change of a socket's peer, at the socket and at the node.</summary>
    internal void RaisePeerChange(ChannelSocket socket, PeerChange change, Action? raise, Exception? error = null)
    {
        if (raise is not null)
        {
            _events.Post(raise);
        }

        if (Event is null)
        {
            // Its text would be put together for nobody.
            return;
        }

        NodeEventKind kind = change.State switch
        {
            PeerState.Joined => NodeEventKind.PeerJoined,
            PeerState.Left => NodeEventKind.PeerLeft,
            PeerState.Completed => NodeEventKind.PeerCompleted,
            PeerState.Lost => NodeEventKind.PeerLost,
            PeerState.Reconnecting => NodeEventKind.PeerReconnecting,
            _ => NodeEventKind.PeerRefused,
        };
        Raise(new NodeEvent(kind, $"{socket.Role} of '{socket.Channel.Name}': {change}", socket.Channel.Name, change.Peer, error));
    }

    /// <summary>Raises that a peer was refused.</summary>
    internal void RaiseRefused(ChannelSocket socket, Peer peer, Exception refusal) => Raise(
        new NodeEvent(NodeEventKind.PeerRefused, refusal.Message, socket.Channel.Name, peer, refusal));

    /// <summary>Raises that a subscriber missed messages, at the socket and at the node.</summary>
    internal void RaiseMissed(ChannelSocket socket, Peer peer, long count, Action raise)
    {
        _events.Post(raise);
        Raise(new NodeEvent(NodeEventKind.MessagesMissed, $"{count} messages of '{socket.Channel.Name}' were missed by its slow subscriber ({socket.Role} here, {peer} there).", socket.Channel.Name, peer));
    }

    /// <summary>Hands a dead letter to its handler, in the order of the events.</summary>
    internal void Report(DeadLetter letter, Action<DeadLetter>? handler)
    {
        if (handler is not null)
        {
            _events.Post(() => handler(letter));
        }

        Raise(new NodeEvent(
            NodeEventKind.DeadLettered,
            $"Message {letter.Sequence} of '{letter.Channel}' was delivered {letter.Attempts} times and never consumed{(handler is null ? "; there is no dead-letter handler, so it is dropped" : "")}.",
            letter.Channel));
    }

    /// <summary>Tells that calls without an answer were dropped with the peer that they went to.</summary>
    internal void RaiseGivenUp(ChannelSocket socket, Peer peer, long count) => Raise(new NodeEvent(
        NodeEventKind.DeadLettered,
        $"{count} one-way calls of '{socket.Channel.Name}' went to {peer}, which is gone and not known to have begun them. They are dropped: nobody can tell, or they have blobs, or were meant for an object of its own.",
        socket.Channel.Name,
        peer));

    /// <summary>Tells that what became of one frame of a service could not be told to whom it concerns. The others are not touched by it.</summary>
    internal void RaiseFailed(ChannelSocket socket, Exception error) => Raise(new NodeEvent(
        NodeEventKind.HandlerFailed, $"Handing on something that came for '{socket.Channel.Name}' failed: {error.Message}", socket.Channel.Name, Error: error));

    /// <summary>Tells what a method threw whose caller hears nothing of it.</summary>
    internal void RaiseThrown(ChannelSocket socket, Exception error)
    {
        string message;
        try
        {
            message = error.Message;
        }
        catch (Exception unreadable)
        {
            message = $"(can't be read: it throws {unreadable.GetType().Name})";
        }

        Raise(new NodeEvent(NodeEventKind.HandlerFailed, $"A call without an answer, of service '{socket.Channel.Name}', threw {error.GetType().FullName}: {message}", socket.Channel.Name, Error: error));
    }

    /// <summary>Tells that calls without an answer which servers had made of what a client handed out are not carried out.</summary>
    internal void RaiseUnbegun(CallerSocket socket, long count) => Raise(new NodeEvent(
        NodeEventKind.DeadLettered,
        $"{count} one-way calls that came back from servers of '{socket.Channel.Name}' had been taken and not begun when their server was gone, or the client closed. They are dropped: what they were meant for was released.",
        socket.Channel.Name));

    /// <summary>Tells that calls without an answer which a service had taken are not carried out.</summary>
    internal void RaiseUnbegun(CalleeSocket socket, long count) => Raise(new NodeEvent(
        NodeEventKind.DeadLettered,
        $"{count} one-way calls of '{socket.Channel.Name}' were taken and will not be carried out. They are dropped: there is no such method, their time was over, the service has ended before, or what they were meant for will never be there.",
        socket.Channel.Name));

    /// <summary>Tells that what lost receivers had left was given to others.</summary>
    internal void ReportRedelivered(ChannelSpec channel, long count) => Raise(new NodeEvent(
        NodeEventKind.Redelivered, $"{count} messages of '{channel.Name}' whose receivers were lost were given to others.", channel.Name));

    /// <summary>What this node has now: its sockets with their peers and counters, and its memory. <see cref="Survey"/> asks others for the same.</summary>
    /// <returns>The report. The counts are read one after the other, while the program goes on.</returns>
    public NodeReport Report() => new()
    {
        Id = Id,
        Name = Name,
        ProcessId = Environment.ProcessId,
        Listen = ListenAddress?.ToString(),
        Memory = Memory.Report(Sessions().Sum(static session => session.MappedBytes), Sessions().Select(static session => session.StreamChunks)),
        Sockets = [.. Sockets.Select(static socket => new SocketReport
        {
            Channel = socket.Channel.Name,
            Role = socket.Role,
            Pattern = socket.Pattern,
            Topology = socket.Channel.Topology,
            Capacity = socket.Channel.Capacity,
            Schema = socket.Channel.ShortSchema,
            Counters = socket.Counters,
            Peers = socket.Peers,
        })],
    };
}
