using Viaduct.Transports;
using Viaduct.Wire;

namespace Viaduct.Nodes;

/// <summary>
/// One connection of a session. A session outlives its connections, so each says which one it is: what an old one still delivers
/// after the session went on over a new one is dropped.
/// </summary>
internal sealed class SessionPort(Session session, Transport transport) : ITransportHandler
{
    private volatile Session _session = session;

    /// <summary>The connection.</summary>
    public Transport Transport { get; } = transport;

    /// <summary>From now on this is a connection of that session.</summary>
    public void HandTo(Session session) => _session = session;

    /// <inheritdoc/>
    public void OnFrame(FrameType type, ReadOnlySpan<byte> body, ref ReceivedDescriptors descriptors) =>
        _session.OnFrame(Transport, type, body, ref descriptors);

    /// <inheritdoc/>
    public bool FillOutput(FrameBuilder output, object? source) => _session.FillOutput(Transport, output, (OutgoingLink?)source);

    /// <inheritdoc/>
    public void OnClosed(Exception? error)
    {
        Session session = _session;
        Dispatcher.Post(() => session.OnConnectionLost(Transport, error));
    }
}
