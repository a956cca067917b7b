using Viaduct.Links;
using Viaduct.Rings;

namespace Viaduct.Calls;

/// <summary>Frames as messages: each side has its own, so that who reads one owns it.</summary>
internal sealed unsafe class FrameFormat : MessageFormat<Frame>
{
    /// <inheritdoc/>
    public override int Measure(in Frame message) => message.Length;

    /// <inheritdoc/>
    public override void Write(in Frame message, Span<byte> destination) => message.Bytes.CopyTo(destination);

    /// <inheritdoc/>
    public override Frame Read(RecordReader reader, bool leased) => Read(new ReadOnlySpan<byte>(reader.Payload, reader.Length));

    /// <inheritdoc/>
    public override Frame Read(ReadOnlySpan<byte> bytes)
    {
        Frame frame = Frame.Rent();
        frame.Set(bytes);
        return frame;
    }

    /// <inheritdoc/>
    public override Frame Clone(in Frame message, out int length)
    {
        length = message.Length;
        return Read(message.Bytes);
    }
}
