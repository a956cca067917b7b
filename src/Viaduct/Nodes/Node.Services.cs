using Viaduct.Calls;

namespace Viaduct;

/// <content>The ends of services, which remote calls are built on.</content>
public sealed partial class Node
{
    /// <summary>Opens the calling end of a service.</summary>
    internal CallerSocket OpenCaller(ServiceSpec service, ClientOptions options, Action<Frame>? unasked) =>
        Open(service, options, checkedOptions => new CallerSocket(this, service, checkedOptions) { Unasked = unasked });

    /// <summary>Opens the called end of a service.</summary>
    internal CalleeSocket OpenCallee(ServiceSpec service, ServerOptions options, Action<Guid>? clientGone) =>
        Open(service, options, checkedOptions => new CalleeSocket(this, service, checkedOptions) { ClientGone = clientGone });
}
