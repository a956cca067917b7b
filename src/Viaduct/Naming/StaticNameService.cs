using System.Runtime.CompilerServices;

namespace Viaduct;

/// <summary>A name service that is a fixed list of addresses; nothing is announced to anybody.</summary>
/// <remarks>It suffices that of two nodes one has the other's address: a connection serves both ways.</remarks>
public sealed class StaticNameService : INameService
{
    private readonly NodeAddress[] _addresses;

    /// <summary>Creates the service.</summary>
    /// <param name="hostPorts">The addresses, each as <see cref="NodeAddress.Parse"/> reads it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="hostPorts"/> is or holds <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">One of them is not an address.</exception>
    public StaticNameService(IEnumerable<string> hostPorts)
    {
        ArgumentNullException.ThrowIfNull(hostPorts);
        _addresses = [.. hostPorts.Select(NodeAddress.Parse).Distinct()];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<NodeAddress> WatchAsync(
        string domain, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (NodeAddress address in _addresses)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return address;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IAsyncDisposable> AnnounceAsync(string domain, NodeAddress self, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IAsyncDisposable>(NothingAnnounced.Instance);

    private sealed class NothingAnnounced : IAsyncDisposable
    {
        internal static readonly NothingAnnounced Instance = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
