using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;

namespace Viaduct.Supervision;

/// <summary>
/// Stands in for services that do not run: it is there to be called, takes no call, and tells when there is one. Calls that wait here go on to the real
/// service when this is disposed: nobody has begun them. Thread-safe.
/// </summary>
internal sealed class ServiceStandby : IDisposable
{
    private readonly List<IDisposable> _sockets = [];
    private readonly CancellationTokenSource _stop = new();
    private int _disposed;

    private ServiceStandby()
    {
    }

    /// <summary>Stands in for services, and calls <paramref name="wanted"/> once when somebody calls one of them.</summary>
    public static ServiceStandby Waiting(Node node, IReadOnlyList<ServedOffer> offers, Action wanted)
    {
        ServiceStandby standby = new();
        int told = 0;
        foreach (ServedOffer offer in offers)
        {
            CalleeSocket socket = node.OpenCallee(new ServiceSpec(offer.Service, "") { Capacity = offer.Capacity }, new ServerOptions(), null);
            standby._sockets.Add(socket);
            _ = standby.LookAsync(socket, () =>
            {
                if (Interlocked.Exchange(ref told, 1) == 0)
                {
                    wanted();
                }
            });
        }

        return standby;
    }

    /// <summary>Stands in for services that can't be started: each call throws, and says why.</summary>
    public static ServiceStandby Failing(Node node, IReadOnlyList<ServedOffer> offers, string reason)
    {
        ServiceStandby standby = new();
        foreach (ServedOffer offer in offers)
        {
            ServeOptions options = new() { Capacity = offer.Capacity, TellsStackTraces = false };
            standby._sockets.Add(new ServiceHost(node, new ServiceSpec(offer.Service, "") { Capacity = offer.Capacity }, new FailingDispatcher(reason), options));
        }

        return standby;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _stop.Cancel();
            _sockets.ForEach(static socket => socket.Dispose());
            _stop.Dispose();
        }
    }

    private async Task LookAsync(CalleeSocket socket, Action called)
    {
        try
        {
            if (await socket.Requests.BlockAsync(new CallAttempt(socket), _stop.Token).ConfigureAwait(false) == WaitResult.Done)
            {
                called();
            }
        }
        catch (Exception error) when (error is ObjectDisposedException or OperationCanceledException or ViaductException)
        {
            // It was disposed.
        }
    }

    /// <summary>Looks whether there is a call, and leaves it where it is.</summary>
    private sealed class CallAttempt(CalleeSocket socket) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try() => socket.IsReady();
    }

    private sealed class FailingDispatcher(string reason) : ServiceDispatcher
    {
        /// <inheritdoc/>
        public override ValueTask DispatchAsync(ServiceRequest request) => ValueTask.FromException(new NotServedException(reason));
    }
}
