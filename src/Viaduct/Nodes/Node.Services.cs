using System.Runtime.InteropServices;
using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Nodes;
using Viaduct.Transports;

namespace Viaduct;

/// <content>The ends of services, which remote calls are built on, and connections that were inherited instead of made by name.</content>
public sealed partial class Node
{
    /// <summary>Opens the calling end of a service.</summary>
    internal CallerSocket OpenCaller(ServiceSpec service, ClientOptions options, int active = 0, int window = 0) =>
        Open(service, options, checkedOptions => new CallerSocket(this, service, checkedOptions, active, window));

    /// <summary>Opens the called end of a service.</summary>
    internal CalleeSocket OpenCallee(
        ServiceSpec service,
        ServerOptions options,
        Action<Guid>? clientGone,
        Action<CallRoute, SendLink<Frame>, Frame>? late = null,
        Action<SendLink<Frame>, Frame, Exception>? replace = null,
        Func<PeerIdentity, Frame, bool>? heeds = null,
        Action<PeerIdentity, Frame>? returning = null,
        Func<PeerIdentity, Frame, bool>? goesOn = null) =>
        Open(
            service,
            options,
            checkedOptions => new CalleeSocket(this, service, checkedOptions)
            {
                ClientGone = clientGone,
                Late = late,
                Replace = replace,
                Heeds = heeds,
                Returning = returning,
                GoesOn = goesOn,
            });

    /// <summary>Takes a role that one node of the domain on this machine may have at a time, until this node leaves or its process dies.</summary>
    /// <exception cref="RoleTakenException">A live node has it.</exception>
    internal void ClaimRole(string channel, string role)
    {
        ObjectDisposedException.ThrowIf(_directory is null, this);
        _directory.ClaimRole(channel, role, Id);
    }

    /// <summary>
    /// Meets the node at the other end of a pair of Unix sockets, which one process made and handed to its child. Who that is needs no proof,
    /// and neither needs a directory: the ends tell each other of their sockets.
    /// </summary>
    /// <param name="socket">This end, connected and non-blocking; owned by the node from now on.</param>
    /// <param name="dials">Whether this end speaks first; exactly one does.</param>
    /// <returns>All that goes on over it.</returns>
    internal Session Adopt(SafeHandle socket, bool dials)
    {
        Session session = new(this, new PolledTransport(socket, "(inherited)"), dials, remote: false, Options.SharedMemory, redial: null) { IsAdopted = true };
        Begin(session);
        return session;
    }
}
