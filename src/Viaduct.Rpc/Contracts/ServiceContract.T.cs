using System.ComponentModel;

namespace Viaduct.Rpc;

/// <summary>What the source generator wrote for one interface marked <see cref="ServiceAttribute"/>. Stateless and thread-safe.</summary>
/// <typeparam name="TService">The interface.</typeparam>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public abstract class ServiceContract<TService>
    where TService : class
{
    /// <summary>The service's name.</summary>
    public abstract string Name { get; }

    /// <summary>The contract in words: methods, their parameters and results, and all types that they reach. See docs/wire-format.md.</summary>
    public abstract string Schema { get; }

    /// <summary>Makes what calls the service over a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>An object whose methods are remote calls; thread-safe.</returns>
    public abstract TService CreateProxy(ServiceConnection connection);

    /// <summary>Makes what carries out the calls of others on an object.</summary>
    /// <param name="service">The object.</param>
    /// <returns>The dispatcher; as thread-safe as the object is.</returns>
    public abstract ServiceDispatcher CreateDispatcher(TService service);
}
