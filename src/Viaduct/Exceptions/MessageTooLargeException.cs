using Viaduct.Calls;

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

    private MessageTooLargeException(string message, ChannelSpec service, long size)
        : base(message)
    {
        Channel = service.Name;
        Size = size;
        Limit = service.MaxMessageSize;
    }

    /// <summary>The channel's name.</summary>
    public string Channel { get; }

    /// <summary>The message's size in bytes.</summary>
    public long Size { get; }

    /// <summary>The largest size allowed, in bytes.</summary>
    public long Limit { get; }

    /// <summary>An exception that says what can be done: of calls another thing than of messages.</summary>
    internal static MessageTooLargeException Of(ChannelSpec channel, long size) => channel is ServiceSpec
        ? new MessageTooLargeException(
            $"Service '{channel.Name}': the arguments or the result of a call take {size} bytes, and {channel.MaxMessageSize} are the most. Pass what is large as a Blob, or as a stream.", channel, size)
        : new MessageTooLargeException(channel.Name, size, channel.MaxMessageSize);
}
