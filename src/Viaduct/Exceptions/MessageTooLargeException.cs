namespace Viaduct;

/// <summary>A message is larger than its channel allows.</summary>
/// <remarks>Nothing was sent; the socket stays usable.</remarks>
public sealed class MessageTooLargeException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="size">The message's size in bytes, or of as much of it as was seen.</param>
    /// <param name="limit">The largest size allowed, in bytes.</param>
    public MessageTooLargeException(string channel, long size, long limit)
        : base($"Channel '{channel}': a message of {size} bytes is larger than the {limit} bytes allowed. "
            + "Raise MaxMessageSize on both ends' channel specification, or cut the message.")
    {
        Channel = channel;
        Size = size;
        Limit = limit;
    }

    /// <summary>The channel's name.</summary>
    public string Channel { get; }

    /// <summary>The message's size in bytes.</summary>
    public long Size { get; }

    /// <summary>The largest size allowed, in bytes.</summary>
    public long Limit { get; }
}
