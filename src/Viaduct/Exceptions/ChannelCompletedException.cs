namespace Viaduct;

/// <summary>The channel has ended: no message will come any more, or none may be sent.</summary>
/// <remarks>
/// A receiver throws it when all producers that it knew have completed and everything was delivered; a sender when it has been completed itself.
/// </remarks>
public sealed class ChannelCompletedException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="message">What has ended; <see langword="null"/> for a general sentence.</param>
    public ChannelCompletedException(string channel, string? message = null)
        : base($"Channel '{channel}': {message ?? "it has completed; no more messages will pass"}.")
    {
        Channel = channel;
    }

    /// <summary>The channel's name.</summary>
    public string Channel { get; }
}
