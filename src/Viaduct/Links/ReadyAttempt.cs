namespace Viaduct.Links;

/// <summary>Waits until a socket is ready, without doing what it is ready for. Stateless, so one serves all waits.</summary>
internal sealed class ReadyAttempt(ChannelSocket socket) : IAttempt
{
    /// <inheritdoc/>
    public bool Try() => socket.IsReady();
}
