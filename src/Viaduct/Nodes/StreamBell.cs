using Viaduct.Links;

namespace Viaduct.Nodes;

/// <summary>Asks a session's writer to send what is new.</summary>
internal sealed class StreamBell(Session session) : Bell
{
    /// <inheritdoc/>
    public override void Ring() => session.RequestOutput();
}
