namespace Viaduct;

/// <summary>Tells the nodes of a domain each other's TCP addresses, between machines.</summary>
/// <remarks>
/// On one machine none is needed. An implementation must be thread-safe, and one object may serve several nodes. It only needs to name addresses:
/// who really is there, and under which identity, the nodes find out when they connect, so that a stale or repeated address does no harm.
/// </remarks>
public interface INameService
{
    /// <summary>The addresses of the domain's nodes: those known now, then each as it becomes known or is withdrawn.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="cancellationToken">Ends the sequence.</param>
    /// <returns>
    /// A sequence that may end, when no others will come, and may name the caller's own address or one twice. An exception out of it is reported as a
    /// <see cref="NodeEventKind.DiscoveryFailed"/> event, and it is asked for again.
    /// </returns>
    IAsyncEnumerable<NodeAddress> WatchAsync(string domain, CancellationToken cancellationToken);

    /// <summary>Makes a node's address known to the others for as long as the returned object lives.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="self">The address on which the node listens, with its name and identity.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>An object whose disposal withdraws the address.</returns>
    ValueTask<IAsyncDisposable> AnnounceAsync(string domain, NodeAddress self, CancellationToken cancellationToken);
}
