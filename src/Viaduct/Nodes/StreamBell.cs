using Viaduct.Links;

namespace Viaduct.Nodes;

/// <summary>Sends what is new, or asks a session's writer to do so.</summary>
internal sealed class StreamBell(Session session) : Bell
{
    /// <inheritdoc/>
    public override void Ring() => session.SendOutput();
}
