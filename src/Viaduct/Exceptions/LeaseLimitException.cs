namespace Viaduct;

/// <summary>A receiver holds as many leases as it may: <see cref="ReceiverOptions.MaxLeases"/>.</summary>
/// <remarks>No message was lost; the socket stays usable.</remarks>
public sealed class LeaseLimitException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="role">The receiver's role.</param>
    /// <param name="held">The leases that are held.</param>
    /// <param name="limit">The most that may be held.</param>
    public LeaseLimitException(string channel, string role, long held, int limit)
        : base($"Channel '{channel}': this {role} holds {held} leases and may hold {limit} (MaxLeases). "
            + "Dispose each lease when its message was worked on, or raise MaxLeases in the socket's options.")
    {
        Channel = channel;
        Held = held;
        Limit = limit;
    }

    /// <summary>The channel's name.</summary>
    public string Channel { get; }

    /// <summary>The leases that are held.</summary>
    public long Held { get; }

    /// <summary>The most that may be held.</summary>
    public int Limit { get; }
}
