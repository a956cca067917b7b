namespace Viaduct.Rpc;

/// <summary>An object of ours that another end may call.</summary>
internal sealed class ObjectExport(object service, ServiceDispatcher dispatcher) : IExport
{
    /// <summary>The object.</summary>
    public object Service { get; } = service;

    /// <inheritdoc/>
    public ValueTask DispatchAsync(ServiceRequest request) => dispatcher.DispatchAsync(request);

    /// <inheritdoc/>
    public void Release()
    {
        // It is whose it is: the other end only lets go of its reference.
    }
}
