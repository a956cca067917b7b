using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <summary>
/// Objects that pass by reference. On the wire one is its number doubled, plus one where it is the reader's own that comes home; an object of
/// one's own becomes a number in the table of exports, and a number of the other end's a proxy.
/// </summary>
internal static class References
{
    /// <summary>The value for an object that goes to the other end of a route.</summary>
    /// <param name="service">The object.</param>
    /// <param name="route">The route.</param>
    /// <param name="receiver">Who gets it; null where that is not known yet.</param>
    /// <param name="exports">What is handed out over that route.</param>
    /// <param name="added">The number of what was handed out for this; 0 where nothing was.</param>
    public static ulong ToWire<T>(T service, CallRoute route, SendLink<Frame>? receiver, ExportTable exports, out uint added)
        where T : class
    {
        // Until it is there it may come from elsewhere.
        WaitUntilThere(service, route, receiver, Timeout.InfiniteTimeSpan, CancellationToken.None);
        if (service is ServiceProxy { Remote: ObjectConnection remote } && IsAt(remote, route, receiver))
        {
            added = 0;
            return ((ulong)remote.Target.Id << 1) | 1;
        }

        added = exports.Add(Export(service), receiver?.Peer.SocketId ?? Guid.Empty);
        return (ulong)added << 1;
    }

    /// <summary>Where an object is to go back to where it comes from, waits until it is there: who gets it looks it up at once.</summary>
    /// <param name="service">The object.</param>
    /// <param name="route">The route.</param>
    /// <param name="receiver">As of <see cref="ToWire"/>.</param>
    /// <param name="timeout">How long to wait; negative = for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static WaitResult WaitUntilThere(object service, CallRoute route, SendLink<Frame>? receiver, TimeSpan timeout, CancellationToken cancellationToken) =>
        service is ServiceProxy { Remote: ObjectConnection remote } && IsAt(remote, route, receiver) ? remote.WaitUntilThere(timeout, cancellationToken) : WaitResult.Done;

    private static bool IsAt(ObjectConnection remote, CallRoute route, SendLink<Frame>? receiver) =>
        remote.Route == route && remote.Target.Link is { } home && (receiver is null || home == receiver);

    /// <summary>What makes an object callable.</summary>
    public static ObjectExport Export<T>(T service)
        where T : class => new(service, ServiceContract.Of<T>().CreateDispatcher(service));

    /// <summary>The object of a value that came over a route from a peer.</summary>
    /// <exception cref="ProtocolViolationException">There is no such object.</exception>
    public static T FromWire<T>(ulong value, CallRoute route, SendLink<Frame> sender, ExportTable exports, TimeSpan timeout)
        where T : class
    {
        uint id = value >> 1 <= uint.MaxValue ? (uint)(value >> 1) : 0;
        if ((value & 1) == 0)
        {
            ServiceContract<T> contract = ServiceContract.Of<T>();
            return id != 0
                ? contract.CreateProxy(new ObjectConnection(contract.Name, route, new RemoteTarget(sender, id), exports, timeout))
                : throw new ProtocolViolationException($"An object of {contract.Name} came without a number.");
        }

        return exports.TryGet(sender.Peer.SocketId, id, out IExport? export) && (export is Promise promise ? promise.Kept : export) is ObjectExport { Service: T own }
            ? own
            : throw new ProtocolViolationException($"Object {id}, which comes back from {sender.Peer.Describe()}, was never handed to it, or was released.");
    }
}
