namespace Viaduct.Wire;

/// <summary>The bounds that every decoder holds; docs/wire-format.md lists them.</summary>
internal static class WireLimits
{
    /// <summary>The largest body of a frame, in bytes.</summary>
    internal const int MaxFrame = 128 * 1024;

    /// <summary>The longest length prefix of a frame, in bytes: what <see cref="MaxFrame"/> takes as a varint.</summary>
    internal const int MaxLengthPrefix = 3;

    /// <summary>The longest frame with its length prefix and type, in bytes.</summary>
    internal const int MaxWholeFrame = MaxLengthPrefix + 1 + MaxFrame;

    /// <summary>The longest text unless a field says otherwise, in bytes of UTF-8.</summary>
    internal const int MaxText = 4096;

    /// <summary>The longest contract of a service, or schema of messages, in bytes of UTF-8.</summary>
    internal const int MaxContract = 64 * 1024;

    /// <summary>The largest payload of one <see cref="FrameType.Data"/> frame, in bytes.</summary>
    internal const int MaxFragment = 64 * 1024;

    /// <summary>The most released positions in one <see cref="FrameType.ReceiverState"/> frame.</summary>
    internal const int MaxReleased = 65536;
}
