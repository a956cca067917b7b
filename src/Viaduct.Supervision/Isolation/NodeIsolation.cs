using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;

namespace Viaduct.Supervision;

/// <summary>Takes services out of this process.</summary>
public static class NodeIsolation
{
    /// <summary>What the names of channels begin with over which a program calls what it isolates within itself.</summary>
    internal const string ChannelPrefix = "isolated/";

    /// <summary>
    /// Runs a service in child processes of this one, supervised: calls of <typeparamref name="TService"/> go to a child that has made a
    /// <typeparamref name="TImplementation"/>, and a child that dies is replaced.
    /// </summary>
    /// <typeparam name="TService">The contract: an interface marked <see cref="ServiceAttribute"/>.</typeparam>
    /// <typeparam name="TImplementation">What carries it out, made in the child with its constructor without parameters, and disposed there if it can be when the service is. <c>Main</c> is not
    /// run there; the environment and the working directory are this process's own.</typeparam>
    /// <param name="node">The node.</param>
    /// <param name="options">Options; null = all defaults.</param>
    /// <param name="warmUp">
    /// Called for each new process before it counts as ready, on a thread of the pool, with the service as carried out by that process alone: what it calls there is compiled and
    /// loaded then, and not by the call that comes after a crash. What it throws is told as <see cref="NodeEventKind.HandlerFailed"/>, and changes nothing. A process
    /// that ends meanwhile, and not at a call of others, or is not ready within <see cref="IsolateOptions.StartTimeout"/> and is killed for it, has failed to start: it is replaced after a delay
    /// that grows (<see cref="IsolateOptions.MaxFailedStarts"/>). A warm-up that never returns though its process is gone can't be ended: at the most <see cref="IsolateOptions.MaxFailedStarts"/> more are
    /// under way than there are processes; then no other begins until one returns, and processes fail to start meanwhile. Null = none.
    /// </param>
    /// <returns>The isolated service; dispose it to end the processes.</returns>
    /// <exception cref="InvalidOperationException">The pair of types is not known to the program; the message says what to do. Or the contract has more than 64 KiB, or this
    /// process was itself started as a worker, and did not call <see cref="WorkerProcess.RunIfWorker"/>.</exception>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux, and <see cref="IsolateOptions.InProcess"/> was not chosen.</exception>
    /// <exception cref="ObjectDisposedException">The node has left.</exception>
    public static Isolated<TService> Isolate<TService, TImplementation>(this Node node, IsolateOptions? options = null, Func<TService, ValueTask>? warmUp = null)
        where TService : class
        where TImplementation : class, TService, new()
    {
        ArgumentNullException.ThrowIfNull(node);
        options ??= new IsolateOptions();
        options.Validate();
        if (!options.InProcess)
        {
            Platform.RequireLinux($"Isolating {typeof(TService)}");
            WorkerProcess.ThrowIfMissed();
        }

        string key = IsolatedServices.KeyOf<TService, TImplementation>();
        string assembly = IsolatedServices.AssemblyOf(key);
        string name = options.Name ?? typeof(TImplementation).Name;
        ServiceContract<TService> contract = ServiceContract.Of<TService>();

        // Nobody else can guess it, so that calls reach our own children alone.
        string channel = $"{ChannelPrefix}{Guid.NewGuid():N}";
        ConnectOptions calling = options.ForCalling();
        CallerSocket socket = node.OpenCaller(
            NodeServices.SpecOf(contract, channel, options.InProcess ? Context.Thread : Context.Auto, options.Capacity),
            new ClientOptions { Wait = calling.Wait, Distribution = calling.Distribution },
            active: options.Instances,
            window: calling.MaxCallsPerServer);
        var connection = new ServiceSocketConnection(contract.Name, socket, calling);
        if (options.InProcess)
        {
            try
            {
                return new Isolated<TService>(connection, (_, _) => new InProcessWorkers(node, key, channel, name, options), contract.CreateProxy(connection));
            }
            catch
            {
                connection.Close();
                throw;
            }
        }

        var order = new WorkOrder(assembly, key, channel, name, options.Threads, options.Wait, options.Capacity);
        Func<SendLink<Frame>, ValueTask>? warm = warmUp is null ? null : server => warmUp(contract.CreateProxy(new ServerConnection(connection, server)));
        return new Isolated<TService>(
            connection, (exited, hung) => new WorkerPool(node, connection, order, options, warm, exited, hung), contract.CreateProxy(connection));
    }
}
