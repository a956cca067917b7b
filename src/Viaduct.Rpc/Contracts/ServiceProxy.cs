using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace Viaduct.Rpc;

/// <summary>The base of generated proxies.</summary>
/// <param name="connection">What carries the calls.</param>
[EditorBrowsable(EditorBrowsableState.Advanced)]
[SuppressMessage("Design", "CA1063", Justification = "There is nothing to finalize here, and nothing to add in a generated class.")]
public abstract class ServiceProxy(ServiceConnection connection) : IDisposable, IAsyncDisposable
{
    /// <summary>What carries the calls.</summary>
    protected ServiceConnection Connection { get; } = connection;

    /// <summary>What carries the calls.</summary>
    internal ServiceConnection Remote => Connection;

    /// <summary>
    /// Lets go of an object that was handed over by reference: who has it may forget it. Calls on it throw from then on. Of the proxy of a whole service
    /// nothing: dispose the connection. A contract that derives from <see cref="IDisposable"/> gives its users this.
    /// </summary>
    public void Dispose()
    {
        Connection.Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>As <see cref="Dispose"/>.</summary>
    /// <returns>A task that is done.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
