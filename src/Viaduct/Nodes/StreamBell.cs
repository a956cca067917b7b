using Viaduct.Links;

namespace Viaduct.Nodes;

/// <summary>Sends what is new on a link, or asks a session's writer to do so.</summary>
internal sealed unsafe class StreamBell(Session session, OutgoingLink link) : Bell(null)
{
    /// <inheritdoc/>
    protected override void Tell() => session.SendOutput(link);
}
