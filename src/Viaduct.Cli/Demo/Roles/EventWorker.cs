using Viaduct.Cli.Demo.Work;

namespace Viaduct.Cli.Demo.Roles;

/// <summary>
/// A worker: takes events, analyses them, calls the merger with the results, and gives the leases back when the merger has answered. Killed
/// before that, its events go to another worker; killed between the merging and the disposing, they are merged a second time and not counted.
/// </summary>
internal sealed class EventWorker
{
    /// <summary>Events in one call at most: several share the cost of it, while others are left for the other workers.</summary>
    private const int MostEvents = 16;

    /// <summary>Bytes of results after which the call is made.</summary>
    private const int EnoughBytes = 256 * 1024;

    private readonly Consumer<ReadOnlyMemory<byte>> _events;
    private readonly Client<ReadOnlyMemory<byte>, long> _merger;
    private readonly EventAnalysis _analysis = new();
    private readonly List<Lease<ReadOnlyMemory<byte>>> _leases = [];

    /// <summary>Makes a worker.</summary>
    /// <param name="events">Where events come from.</param>
    /// <param name="merger">Where results go.</param>
    public EventWorker(Consumer<ReadOnlyMemory<byte>> events, Client<ReadOnlyMemory<byte>, long> merger)
    {
        _events = events;
        _merger = merger;
    }

    /// <summary>Works until the reader has completed.</summary>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="PeerLostException">The reader or the merger died.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                WorkOn(_events.ReceiveLease(cancellationToken), cancellationToken);
            }
        }
        catch (ChannelCompletedException)
        {
            // The reader sent everything, and everything that came here is acknowledged.
        }
    }

    private void WorkOn(Lease<ReadOnlyMemory<byte>> lease, CancellationToken cancellationToken)
    {
        do
        {
            _leases.Add(lease);
            _analysis.Add(lease.Value.Span);
        }
        while (_leases.Count < MostEvents && _analysis.Results.Length < EnoughBytes && _events.TryReceiveLease(out lease));

        _merger.Call(_analysis.Results, cancellationToken);
        foreach (Lease<ReadOnlyMemory<byte>> acknowledged in _leases)
        {
            acknowledged.Dispose();
        }

        _leases.Clear();
        _analysis.Clear();
    }
}
