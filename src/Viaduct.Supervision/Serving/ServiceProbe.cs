using Viaduct.Rpc;
using Viaduct.Supervision.Linux;

namespace Viaduct.Supervision;

/// <summary>Sees who serves one service: a connection that calls nothing of its contract. Thread-safe.</summary>
internal sealed class ServiceProbe : IDisposable
{
    private readonly ServiceSocketConnection _connection;

    public ServiceProbe(Node node, ServedOffer offer)
    {
        _connection = NodeServices.ConnectTo(node, offer.Service, new ConnectOptions { Capacity = offer.Capacity, Retry = RetryPolicy.None });
        _connection.Socket.PeerChanged += _ => Changed?.Invoke();
    }

    /// <summary>Raised when a server came or went.</summary>
    public event Action? Changed;

    /// <summary>The server that is in a process group; null if none is.</summary>
    public Guid? Find(int group) => _connection.Socket.Peers.FirstOrDefault(peer => peer.ProcessId > 0 && SpawnLibrary.GetGroupOf(peer.ProcessId) == group)?.SocketId;

    /// <summary>Whether a server answers, or takes calls.</summary>
    public Task<bool> IsFeltAsync(Guid server, TimeSpan timeout) => Pulse.IsFeltAsync(_connection, server, timeout);

    /// <summary>What a server has to do; null if it does not tell.</summary>
    public async Task<(ulong Frames, uint UnderWay)?> StateAsync(Guid server, CancellationToken cancellationToken)
    {
        if (_connection.Socket.LinkTo(server) is not { } link)
        {
            return null;
        }

        try
        {
            return await ServiceCall.Rent(_connection, OwnMethods.State, new RemoteTarget(link, 0))
                .InvokeAsync(static (ref Messages.WireReader reader, object? _) => OwnMethods.ReadState(ref reader), (object?)null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ViaductException or ObjectDisposedException or TimeoutException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Close();
}
