using System.Text;
using Viaduct.Calls;
using Viaduct.Wire;

namespace Viaduct.Rpc;

/// <summary>Serves and calls services over a node.</summary>
public static class NodeServices
{
    /// <summary>Offers a service: calls of <typeparamref name="TService"/> from this process, this machine and other machines run on an object.</summary>
    /// <typeparam name="TService">The contract: an interface marked <see cref="ServiceAttribute"/>.</typeparam>
    /// <param name="node">The node.</param>
    /// <param name="service">The object; not disposed by this.</param>
    /// <param name="options">Options; null = all defaults.</param>
    /// <returns>The service as it is served; dispose it to end that.</returns>
    /// <exception cref="InvalidOperationException"><typeparamref name="TService"/> has no contract, or one of more than 64 KiB.</exception>
    /// <exception cref="ArgumentException">The service's name or an option is wrong.</exception>
    /// <exception cref="ChannelMismatchException">A caller of this process has another idea of this service.</exception>
    /// <exception cref="ObjectDisposedException">The node has left.</exception>
    public static ServiceHost Serve<TService>(this Node node, TService service, ServeOptions? options = null)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(service);
        options ??= new ServeOptions();
        options.Validate();
        ServiceContract<TService> contract = ServiceContract.Of<TService>();
        ServiceSpec spec = SpecOf(contract, options.Name, options.Context, options.Capacity);
        return new ServiceHost(node, spec, contract.CreateDispatcher(service), options);
    }

    /// <summary>Connects to a service, wherever it is served, now or later.</summary>
    /// <typeparam name="TService">The contract: an interface marked <see cref="ServiceAttribute"/>.</typeparam>
    /// <param name="node">The node.</param>
    /// <param name="options">Options; null = all defaults.</param>
    /// <returns>The connection; dispose it to close it.</returns>
    /// <inheritdoc cref="Serve" path="/exception"/>
    public static ServiceClient<TService> Connect<TService>(this Node node, ConnectOptions? options = null)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(node);
        options ??= new ConnectOptions();
        options.Validate();
        ServiceContract<TService> contract = ServiceContract.Of<TService>();
        ServiceSpec spec = SpecOf(contract, options.Name, options.Context, options.Capacity);
        CallerSocket socket = node.OpenCaller(spec, new ClientOptions { Wait = options.Wait, Distribution = options.Distribution }, window: options.MaxCallsPerServer);
        var connection = new ServiceSocketConnection(spec.Name, socket, options);
        return new ServiceClient<TService>(connection, contract.CreateProxy(connection));
    }

    /// <summary>Connects to a service of which this program has no contract: the service tells it, and calls are made with JSON.</summary>
    /// <param name="node">The node.</param>
    /// <param name="service">The service's name: that of its contract, or <see cref="ServeOptions.Name"/>.</param>
    /// <param name="options">Options, of which <see cref="ConnectOptions.Name"/> is not used; null = all defaults.</param>
    /// <returns>The connection; dispose it to close it.</returns>
    /// <exception cref="ArgumentException">The service's name or an option is wrong.</exception>
    /// <exception cref="ChannelMismatchException">A server of this process has another idea of this service.</exception>
    /// <exception cref="ObjectDisposedException">The node has left.</exception>
    public static DynamicServiceClient Connect(this Node node, string service, ConnectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentException.ThrowIfNullOrEmpty(service);
        options ??= new ConnectOptions();
        options.Validate();
        return new DynamicServiceClient(ConnectTo(node, service, options));
    }

    /// <summary>A connection that goes by the contract of whoever serves.</summary>
    internal static ServiceSocketConnection ConnectTo(Node node, string service, ConnectOptions options)
    {
        ServiceSpec spec = new(service, "") { Capacity = options.Capacity, Context = options.Context };
        CallerSocket socket = node.OpenCaller(spec, new ClientOptions { Wait = options.Wait, Distribution = options.Distribution }, window: options.MaxCallsPerServer);
        return new ServiceSocketConnection(service, socket, options);
    }

    /// <summary>The channel of a service.</summary>
    /// <exception cref="InvalidOperationException">The contract is longer than what two ends tell each other when they meet.</exception>
    internal static ServiceSpec SpecOf<TService>(ServiceContract<TService> contract, string? name, Context context, int capacity)
        where TService : class
    {
        int length = Encoding.UTF8.GetByteCount(contract.Schema);
        return length <= WireLimits.MaxContract
            ? new ServiceSpec(name ?? contract.Name, contract.Schema) { Capacity = capacity, Context = context }
            : throw new InvalidOperationException(
                $"The contract of {typeof(TService)} takes {length:N0} bytes in words, and two ends tell each other at most {WireLimits.MaxContract:N0} when they meet: divide it into several services.");
    }
}
