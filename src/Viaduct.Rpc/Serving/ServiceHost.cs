using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <summary>A service as a node serves it: threads that receive its calls and carry them out. Thread-safe; dispose it to end that.</summary>
public sealed class ServiceHost : IDisposable, IAsyncDisposable
{
    private readonly CalleeSocket _socket;
    private readonly CallServer _server;
    private readonly Thread[] _threads;
    private readonly CancellationTokenSource _stop = new();
    private int _disposed;

    internal ServiceHost(Node node, ServiceSpec spec, ServiceDispatcher dispatcher, ServeOptions options)
    {
        _server = new CallServer(
            dispatcher, spec.Name, (caller, id, frame) => _socket!.Answer(caller.SocketId, id, frame), WayTo, options.TellsStackTraces);
        _socket = node.OpenCallee(spec, new ServerOptions { Wait = options.Wait }, _server.Forget);
        _threads = new Thread[options.Threads];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = $"{spec.Name} {i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>The service's name.</summary>
    public string Name => _socket.Channel.Name;

    /// <summary>Who calls it.</summary>
    public IReadOnlyList<Peer> Peers => _socket.Peers;

    /// <summary>Counters of the calls and answers.</summary>
    public SocketCounters Counters => _socket.Counters;

    /// <summary>Calls that are being carried out now.</summary>
    public int UnderWay => _server.UnderWay;

    /// <summary>
    /// Ends the service: no more calls are taken, and those that nobody took go back to their callers, who may find another server. Waits for the
    /// methods that run on its threads, unless it is called from one of them; awaiting ones are cancelled. Later calls do nothing.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _stop.Cancel();
        foreach (Thread thread in _threads)
        {
            if (thread != Thread.CurrentThread)
            {
                thread.Join();
            }
        }

        _server.Close();
        _socket.Dispose();
        _stop.Dispose();
    }

    /// <summary>As <see cref="Dispose"/>, without keeping the thread.</summary>
    /// <returns>A task that is done when the service has ended.</returns>
    public ValueTask DisposeAsync() => new(Task.Run(Dispose));

    private RemoteWay? WayTo(PeerIdentity caller) => _socket.RouteTo(caller.SocketId) is { } route ? new RemoteWay(route, route.Link) : null;

    private void Run()
    {
        CancellationToken stop = _stop.Token;
        CallbackRoute.ServeOnThisThread(_socket);
        IncomingFrame incoming = default;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (_socket.Receive(ref incoming, Timeout.InfiniteTimeSpan, stop) != WaitResult.Done)
                {
                    continue;
                }
            }
            catch (ObjectDisposedException)
            {
                // The node left.
                return;
            }
            catch (ViaductException)
            {
                // Callers that were refused: that is told to them, and as an event of the node.
                continue;
            }

            _server.Handle(incoming.Frame, incoming.Client);
        }
    }
}
