using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct.Rpc;

/// <summary>Calls to one certain server of those that a connection reaches, which make it ready. They end with it.</summary>
/// <param name="origin">The connection.</param>
/// <param name="server">The way to the server.</param>
internal sealed class ServerConnection(ServiceConnection origin, SendLink<Frame> server) : ServiceConnection(origin.CallTimeout, RetryPolicy.None)
{
    /// <inheritdoc/>
    public override string Service => origin.Service;

    /// <inheritdoc/>
    internal override CallRoute Route => origin.Route;

    /// <inheritdoc/>
    internal override RemoteTarget Target { get; } = new(server, 0);

    /// <inheritdoc/>
    internal override ExportTable Exports => origin.Exports;

    /// <inheritdoc/>
    internal override bool IsWarmUp => true;
}
