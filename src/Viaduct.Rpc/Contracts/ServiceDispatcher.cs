using System.ComponentModel;

namespace Viaduct.Rpc;

/// <summary>The base of generated dispatchers: carries out the calls of others on an object.</summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public abstract class ServiceDispatcher
{
    /// <summary>Carries out one call on the thread that received it; what an asynchronous method has left to do ends the returned task.</summary>
    /// <param name="request">The call; valid until the returned task is done.</param>
    /// <returns>A task that is done when the answer is written. What it throws is the answer.</returns>
    public abstract ValueTask DispatchAsync(ServiceRequest request);
}
