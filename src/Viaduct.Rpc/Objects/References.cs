using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <summary>
/// Objects that pass by reference. On the wire one is its number doubled, plus one where it is the reader's own that comes home; an object of
/// one's own becomes a number in the table of exports, and a number of the other end's a proxy.
/// </summary>
internal static class References
{
    /// <summary>What carries the calls of an object that came over a route, and may go back by it; null of any other object.</summary>
    public static ObjectConnection? From(CallRoute route, object service) =>
        service is ServiceProxy { Remote: ObjectConnection remote } && remote.Route == route ? remote : null;

    /// <summary>The value for an object of the reader's own that comes home. It must be there: who gets it looks it up at once.</summary>
    public static ulong ComingHome(uint id) => ((ulong)id << 1) | 1;

    /// <summary>The value for an object that is handed out under a number.</summary>
    public static ulong HandedOut(uint id) => (ulong)id << 1;

    /// <summary>What makes an object callable.</summary>
    public static ObjectExport Export<T>(T service)
        where T : class => new(service, ServiceContract.Of<T>().CreateDispatcher(service));

    /// <summary>The object of a value that came over a route from a peer, in answer to a call over a connection, or (null) with a call.</summary>
    /// <exception cref="ProtocolViolationException">There is no such object.</exception>
    /// <exception cref="Exception">What the call threw that was to bring it.</exception>
    public static T FromWire<T>(ulong value, CallRoute route, SendLink<Frame> sender, ExportTable exports, ServiceConnection? origin)
        where T : class
    {
        uint id = value >> 1 <= uint.MaxValue ? (uint)(value >> 1) : 0;
        if ((value & 1) == 0)
        {
            ServiceContract<T> contract = ServiceContract.Of<T>();
            return id != 0
                ? contract.CreateProxy(Connect(contract.Name, route, new RemoteTarget(sender, id), exports, origin))
                : throw new ProtocolViolationException($"An object of {contract.Name} came without a number.");
        }

        if (exports.TryGet(sender.Peer.SocketId, id, out IExport? export) && export is Promise promise)
        {
            promise.ThrowIfBroken();
            export = promise.Kept;
        }

        return export is ObjectExport { Service: T own }
            ? own
            : throw new ProtocolViolationException($"Object {id}, which comes back from {sender.Peer.Describe()}, was never handed to it, or was released.");
    }

    private static ObjectConnection Connect(string service, CallRoute route, RemoteTarget target, ExportTable exports, ServiceConnection? origin) =>
        origin is null ? new ObjectConnection(service, route, target, exports, Timeout.InfiniteTimeSpan) : new ObjectConnection(service, route, target, origin);
}
