using System.ComponentModel;

namespace Viaduct.Rpc;

/// <summary>The base of generated proxies.</summary>
/// <param name="connection">What carries the calls.</param>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public abstract class ServiceProxy(ServiceConnection connection)
{
    /// <summary>What carries the calls.</summary>
    protected ServiceConnection Connection { get; } = connection;

    /// <summary>What carries the calls.</summary>
    internal ServiceConnection Remote => Connection;
}
