namespace Viaduct.Rpc;

/// <summary>
/// A connection to whoever serves a service. Calls may be made before anybody does: they wait. Thread-safe; dispose it to close it.
/// </summary>
/// <typeparam name="TService">The contract.</typeparam>
public sealed class ServiceClient<TService> : IDisposable, IAsyncDisposable
    where TService : class
{
    private readonly ServiceSocketConnection _connection;

    internal ServiceClient(ServiceSocketConnection connection, TService service)
    {
        _connection = connection;
        Service = service;
    }

    /// <summary>The service: its methods are remote calls. Thread-safe.</summary>
    public TService Service { get; }

    /// <summary>Who serves it, as this connection sees them: by which route and why.</summary>
    public IReadOnlyList<Peer> Peers => _connection.Socket.Peers;

    /// <summary>Counters of the calls and answers of this connection.</summary>
    public SocketCounters Counters => _connection.Socket.Counters;

    /// <summary>Waits until so many serve the service. Calls need not wait for that.</summary>
    /// <param name="count">How many, 0 or more.</param>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there were so many in time.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public bool WaitForServers(int count, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        _connection.Wait(count, timeout, cancellationToken);

    /// <summary>As <see cref="WaitForServers"/>, without keeping a thread.</summary>
    /// <param name="count">How many, 0 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when there are so many.</returns>
    /// <inheritdoc cref="WaitForServers" path="/exception"/>
    public ValueTask WaitForServersAsync(int count, CancellationToken cancellationToken = default) =>
        _connection.WaitAsync(count, cancellationToken);

    /// <summary>Closes the connection; calls under way end in an <see cref="ObjectDisposedException"/>. Later calls do nothing.</summary>
    public void Dispose() => _connection.Close();

    /// <summary>As <see cref="Dispose"/>, without keeping the thread.</summary>
    /// <returns>A task that is done when the connection is closed.</returns>
    public ValueTask DisposeAsync() => new(Task.Run(_connection.Close));
}
