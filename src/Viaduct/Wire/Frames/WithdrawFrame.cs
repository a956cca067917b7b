namespace Viaduct.Wire.Frames;

/// <summary>A socket is gone.</summary>
/// <param name="SocketId">The socket's identity.</param>
internal readonly record struct WithdrawFrame(Guid SocketId)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.Withdraw);
        output.Guid(SocketId);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static WithdrawFrame Read(ref FrameParser input)
    {
        WithdrawFrame frame = new(input.Guid("socket id"));
        input.End();
        return frame;
    }
}
