using Viaduct.Links;

namespace Viaduct.Nodes;

/// <summary>Sends what is new on a link, or asks a session's writer to do so.</summary>
internal sealed class StreamBell(Session session, OutgoingLink link) : Bell
{
    /// <inheritdoc/>
    public override void Ring() => session.SendOutput(link);
}
