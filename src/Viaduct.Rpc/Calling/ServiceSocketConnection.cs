using Viaduct.Calls;

namespace Viaduct.Rpc;

/// <summary>Calls over one socket, to whoever serves the service.</summary>
internal sealed class ServiceSocketConnection(CallerSocket socket, ConnectOptions options) : ServiceConnection(options.Timeout, options.Retry)
{
    /// <inheritdoc/>
    public override string Service => Socket.Channel.Name;

    /// <inheritdoc/>
    internal override CallerSocket Socket { get; } = socket;
}
