namespace Viaduct;

/// <summary>
/// A receiver holds as many leases as it may: <see cref="ReceiverOptions.MaxLeases"/> or, where that is not set, as many as its senders may have
/// out by <see cref="ChannelSpec.Capacity"/>, so that another receive would wait for ever.
/// </summary>
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

    internal LeaseLimitException(string channel, string role, long held, int senders, int capacity)
        : base($"Channel '{channel}': this {role} holds {held} leases, and nothing more can come before one of them ends: {(senders == 1 ? "its sender has" : $"each of its {senders} senders has")} as many messages out as it may (Capacity {capacity}). "
            + "Dispose each lease when its message was worked on, or raise Capacity. Where others dispose them meanwhile, set MaxLeases in the socket's options: the receive then waits.")
    {
        Channel = channel;
        Held = held;
        Limit = (int)Math.Min(int.MaxValue, (long)senders * capacity);
    }

    /// <summary>The channel's name.</summary>
    public string Channel { get; }

    /// <summary>The leases that are held.</summary>
    public long Held { get; }

    /// <summary>The most that may be held.</summary>
    public int Limit { get; }
}
