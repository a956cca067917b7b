using Viaduct.Cli.Output;

namespace Viaduct.Cli.Demo.Roles;

/// <summary>A route that a socket took to a peer.</summary>
/// <param name="Route">The route.</param>
/// <param name="Reason">Why.</param>
internal sealed record RouteTaken(Route Route, string Reason)
{
    /// <summary>The routes of a socket's present peers, each once.</summary>
    /// <param name="socket">The socket.</param>
    public static IReadOnlyList<RouteTaken> Of(ISocket socket)
    {
        return [.. socket.Peers.Select(peer => new RouteTaken(peer.Route, peer.Reason)).Distinct()];
    }

    /// <summary>Fails unless a route is the one that the run is about.</summary>
    /// <param name="who">Whose peers they are.</param>
    /// <param name="expected">The only route allowed.</param>
    /// <param name="taken">The routes taken.</param>
    /// <exception cref="DemoFailedException">Another route was taken.</exception>
    public static void Check(string who, Route expected, IEnumerable<RouteTaken> taken)
    {
        if (taken.FirstOrDefault(route => route.Route != expected) is { } other)
        {
            throw new DemoFailedException(
                $"{who} reached a peer by {Words.Of(other.Route)} ({other.Reason}), and this run is about {Words.Of(expected)}.");
        }
    }
}
