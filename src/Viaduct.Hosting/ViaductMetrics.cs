using System.Diagnostics.Metrics;

namespace Viaduct.Hosting;

/// <summary>The meter <c>Viaduct</c>: the counters of a node's sockets, summed by channel and role.</summary>
/// <remarks>
/// All instruments are observable: nothing is counted twice and nothing costs the sockets anything until somebody collects. Tags are
/// <c>viaduct.channel</c> and <c>viaduct.role</c> only, so that the number of series does not grow with peers.
/// </remarks>
internal sealed class ViaductMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    internal const string MeterName = "Viaduct";

    private readonly Node _node;
    private readonly Meter _meter;
    private readonly Lock _lock = new();

    /// <summary>The sockets seen open; one that is missing from the node's list has been closed.</summary>
    private readonly HashSet<ISocket> _open = [];

    /// <summary>What closed sockets had counted: a channel's counters never go back.</summary>
    private readonly Dictionary<(string Channel, string Role), SocketCounters> _closed = [];

    /// <summary>Under the lock: the node has left.</summary>
    private bool _ended;

    /// <param name="node">The node.</param>
    /// <param name="factory">The host's meters; without one the meter is the process's own.</param>
    internal ViaductMetrics(Node node, IMeterFactory? factory)
    {
        _node = node;
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        Counter("viaduct.messages.sent", "{message}", "Messages sent; of clients requests, of servers replies.", c => c.Sent);
        Counter("viaduct.messages.received", "{message}", "Messages received; of clients replies, of servers requests.", c => c.Received);
        Counter("viaduct.messages.redelivered", "{message}", "Messages sent again because their receiver was lost.", c => c.Redelivered);
        Counter("viaduct.messages.dead_lettered", "{message}", "Messages given up after the last attempt, and one-way calls dropped with their server, or by one that ended.", c => c.DeadLettered);
        Counter("viaduct.messages.missed", "{message}", "Messages that slow subscribers did not get.", c => c.Missed);
        Counter("viaduct.bytes", "By", "Encoded bytes sent and received.", c => c.Bytes);
        Counter("viaduct.peers.refused", "{peer}", "Peers refused.", c => c.Refused);
        _meter.CreateObservableUpDownCounter(
            "viaduct.messages.outstanding", () => Observe(c => c.Outstanding), "{message}", "Messages sent or received and not yet consumed.");
    }

    /// <summary>Notices sockets as they come and go, so that one which closes between two collections keeps what it counted.</summary>
    internal void Record(NodeEvent nodeEvent)
    {
        if (nodeEvent.Kind is NodeEventKind.SocketOpened or NodeEventKind.SocketClosed)
        {
            // Later, on another thread: the node may hold locks of its own while it raises an event, and Refresh asks the node under ours.
            ThreadPool.UnsafeQueueUserWorkItem(static metrics => metrics.Refresh(), this, preferLocal: false);
        }
    }

    /// <summary>The node has left. A meter of the host's own factory lives on until the host ends, and must have nothing more to say.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _ended = true;
        }

        _meter.Dispose();
    }

    private void Counter(string name, string unit, string description, Func<SocketCounters, long> value) =>
        _meter.CreateObservableCounter(name, () => Observe(value), unit, description);

    private List<Measurement<long>> Observe(Func<SocketCounters, long> value)
    {
        lock (_lock)
        {
            if (_ended)
            {
                return [];
            }

            RefreshUnderLock();
            var totals = new Dictionary<(string Channel, string Role), long>();
            foreach (((string Channel, string Role) key, SocketCounters counters) in _closed)
            {
                totals[key] = value(counters);
            }

            foreach (ISocket socket in _open)
            {
                (string, string) key = (socket.Channel.Name, socket.Role);
                totals[key] = totals.GetValueOrDefault(key) + value(socket.Counters);
            }

            return
            [
                .. totals.Select(total => new Measurement<long>(
                    total.Value, new("viaduct.channel", total.Key.Channel), new("viaduct.role", total.Key.Role))),
            ];
        }
    }

    private void Refresh()
    {
        lock (_lock)
        {
            RefreshUnderLock();
        }
    }

    /// <summary>Brings <see cref="_open"/> up to date and keeps what was counted by those that have gone.</summary>
    private void RefreshUnderLock()
    {
        // Asked for under the lock, so that no list is applied after a newer one.
        var now = new HashSet<ISocket>(_node.Sockets);
        foreach (ISocket gone in _open.Where(socket => !now.Contains(socket)).ToArray())
        {
            _open.Remove(gone);
            (string, string) key = (gone.Channel.Name, gone.Role);
            _closed[key] = Sum(_closed.GetValueOrDefault(key), gone.Counters);
        }

        _open.UnionWith(now);
    }

    /// <summary>Both together, but for what is outstanding: a closed socket has nothing out.</summary>
    private static SocketCounters Sum(SocketCounters a, SocketCounters b) => new(
        Sent: a.Sent + b.Sent,
        Received: a.Received + b.Received,
        Bytes: a.Bytes + b.Bytes,
        Outstanding: 0,
        Redelivered: a.Redelivered + b.Redelivered,
        DeadLettered: a.DeadLettered + b.DeadLettered,
        Missed: a.Missed + b.Missed,
        Refused: a.Refused + b.Refused);
}
