using Viaduct.Wire;

namespace Viaduct.Transports;

/// <summary>
/// Whoever gets the frames of a <see cref="Transport"/>. <see cref="OnFrame"/> and <see cref="FillOutput"/> are each called one at a time,
/// but the two may run side by side; <see cref="OnClosed"/> comes when neither runs any more. No call may block.
/// </summary>
internal interface ITransportHandler
{
    /// <summary>One whole frame of a known type; what it throws closes the transport with that exception.</summary>
    /// <param name="type">The frame's type.</param>
    /// <param name="body">The body; valid during the call.</param>
    /// <param name="descriptors">The descriptors that came with this frame or earlier and were not taken; those left at the end are closed.</param>
    void OnFrame(FrameType type, ReadOnlySpan<byte> body, ref ReceivedDescriptors descriptors);

    /// <summary>Appends data frames (up to about 256 KiB) to send; true = ask again, there may be more. Only where <see cref="Transport.RequestOutput"/> has a meaning.</summary>
    /// <param name="output">Where they go.</param>
    /// <param name="source">What was handed to <see cref="Transport.SendOutput"/> on this thread, which may hold a gate: only that is looked at, and no lock waited for; null on others.</param>
    bool FillOutput(FrameBuilder output, object? source);

    /// <summary>The last call: the transport ended, because the peer closed it in order (null) or because of <paramref name="error"/>.</summary>
    void OnClosed(Exception? error);
}
