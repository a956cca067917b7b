using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <summary>A service as a node serves it: threads that receive its calls and carry them out. Thread-safe; dispose it to end that.</summary>
public sealed class ServiceHost : IDisposable, IAsyncDisposable
{
    private readonly CalleeSocket _socket;
    private readonly ServiceDispatcher _dispatcher;
    private readonly ServeOptions _options;
    private readonly Thread[] _threads;

    /// <summary>Calls under way whose methods can be cancelled, by who made them and their number.</summary>
    private readonly ConcurrentDictionary<(Guid Client, uint Id), ServiceRequest> _cancellable = new();

    private readonly CancellationTokenSource _stop = new();
    private int _underWay;
    private int _disposed;

    internal ServiceHost(Node node, ServiceSpec spec, ServiceDispatcher dispatcher, ServeOptions options)
    {
        _dispatcher = dispatcher;
        _options = options;
        _socket = node.OpenCallee(spec, new ServerOptions { Wait = options.Wait }, OnClientGone);
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
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>What was handed out to callers.</summary>
    internal ExportTable Exports { get; } = new();

    /// <summary>Whether answers tell where a method threw.</summary>
    internal bool TellsStackTraces => _options.TellsStackTraces;

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

        foreach (ServiceRequest request in _cancellable.Values)
        {
            request.Cancel();
        }

        Exports.Close();
        _socket.Dispose();
        _stop.Dispose();
    }

    /// <summary>As <see cref="Dispose"/>, without keeping the thread.</summary>
    /// <returns>A task that is done when the service has ended.</returns>
    public ValueTask DisposeAsync() => new(Task.Run(Dispose));

    /// <summary>Lets a call be cancelled from now on.</summary>
    internal void Register(ServiceRequest request) => _cancellable[(request.Client.SocketId, request.Id)] = request;

    /// <summary>A call can't be cancelled any more.</summary>
    internal void Unregister(ServiceRequest request) => _cancellable.TryRemove((request.Client.SocketId, request.Id), out _);

    private void Run()
    {
        CancellationToken stop = _stop.Token;
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

            Handle(incoming.Frame, incoming.Client);
        }
    }

    private void Handle(Frame frame, PeerIdentity client)
    {
        if (!CallFrame.TryRead(frame, out byte kind, out uint id))
        {
            frame.Return();
            return;
        }

        switch (kind)
        {
            case RpcFrames.Call or RpcFrames.OneWay or RpcFrames.Next when frame.Length >= CallFrame.HeaderSize + RpcFrames.CallSize:
                CarryOut(ServiceRequest.Rent(this, client, frame, kind == RpcFrames.OneWay, id));
                return;

            case RpcFrames.Release when frame.Length == CallFrame.HeaderSize + sizeof(uint):
                Exports.Release(client.SocketId, BinaryPrimitives.ReadUInt32LittleEndian(frame.Bytes[CallFrame.HeaderSize..]));
                break;

            case RpcFrames.Cancel:
                if (_cancellable.TryGetValue((client.SocketId, id), out ServiceRequest? request))
                {
                    request.Cancel();
                }

                break;
        }

        frame.Return();
    }

    private void CarryOut(ServiceRequest request)
    {
        Interlocked.Increment(ref _underWay);
        ValueTask task;
        try
        {
            if (request.Deadline == long.MaxValue)
            {
                task = DispatchAsync(request);
            }
            else if (Stopwatch.GetTimestamp() >= request.Deadline)
            {
                request.AnswerWith(RpcFrames.TooLate);
                task = default;
            }
            else
            {
                using (CallContext.Enter(request.Deadline))
                {
                    task = DispatchAsync(request);
                }
            }
        }
        catch (Exception error)
        {
            task = ValueTask.FromException(error);
        }

        if (!task.IsCompleted)
        {
            _ = FinishAsync(task, request);
            return;
        }

        Exception? thrown = null;
        try
        {
            task.GetAwaiter().GetResult();
        }
        catch (Exception error)
        {
            thrown = error;
        }

        Finish(request, thrown);
    }

    private ValueTask DispatchAsync(ServiceRequest request)
    {
        if (request.Target == 0)
        {
            return _dispatcher.DispatchAsync(request);
        }

        return Exports.TryGet(request.Client.SocketId, request.Target, out IExport? export)
            ? export.DispatchAsync(request)
            : throw new ObjectDisposedException($"object {request.Target} of service '{Name}'", "The caller has released it before.");
    }

    private async Task FinishAsync(ValueTask task, ServiceRequest request)
    {
        Exception? thrown = null;
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            thrown = error;
        }

        Finish(request, thrown);
    }

    private void Finish(ServiceRequest request, Exception? thrown)
    {
        Interlocked.Decrement(ref _underWay);
        if (!request.IsOneWay)
        {
            try
            {
                _socket.Answer(request.Client.SocketId, request.Id, request.Finish(thrown));
            }
            catch (MessageTooLargeException error)
            {
                _socket.Answer(request.Client.SocketId, request.Id, request.Finish(error));
            }
            catch (ObjectDisposedException)
            {
                // The node left; so the caller knows.
            }
        }

        request.Return();
    }

    private void OnClientGone(Guid client)
    {
        Exports.ReleaseAll(client);
        foreach (((Guid Client, uint Id) key, ServiceRequest request) in _cancellable)
        {
            if (key.Client == client)
            {
                request.Cancel();
            }
        }
    }
}
