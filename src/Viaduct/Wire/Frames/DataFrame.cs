namespace Viaduct.Wire.Frames;

/// <summary>The head of a message or of a part of one; the payload is the rest of the body.</summary>
internal readonly record struct DataFrame
{
    /// <summary>The longest head in bytes: seven fields at their longest.</summary>
    internal const int MaxHeadLength = 3 * 5 + 2 * Varint.MaxLength + 2;

    /// <summary>The link.</summary>
    public required int LinkId { get; init; }

    /// <summary>The message's position on the link.</summary>
    public required ulong Position { get; init; }

    /// <summary>The message's number at its sender.</summary>
    public required ulong Sequence { get; init; }

    /// <summary>Which attempt to deliver the message this is; 1 is the first.</summary>
    public required byte Attempt { get; init; }

    /// <summary>What it is, as the links number it: 1 a message, 4 the end mark.</summary>
    public required byte Kind { get; init; }

    /// <summary>The whole message's length in bytes.</summary>
    public required int TotalLength { get; init; }

    /// <summary>Where the payload starts in the message, in bytes.</summary>
    public required int Offset { get; init; }

    /// <summary>Appends the frame with a copy of <paramref name="payload"/>.</summary>
    internal void Write(FrameBuilder output, ReadOnlySpan<byte> payload)
    {
        Begin(output, payload.Length);
        output.Bytes(payload);
        output.End();
    }

    /// <summary>
    /// Starts the frame. The caller then writes exactly <paramref name="payloadLength"/> bytes (<see cref="FrameBuilder.Reserve"/>,
    /// <see cref="FrameBuilder.Advance"/>) and calls <see cref="FrameBuilder.End"/>: the payload is copied once.
    /// </summary>
    internal void Begin(FrameBuilder output, int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)payloadLength, (uint)WireLimits.MaxFragment);
        int head = Varint.Length((uint)LinkId) + Varint.Length(Position) + Varint.Length(Sequence) + 2
            + Varint.Length((uint)TotalLength) + Varint.Length((uint)Offset);
        output.Begin(FrameType.Data, head + payloadLength);
        output.VarintInt(LinkId);
        output.Varint(Position);
        output.Varint(Sequence);
        output.Byte(Attempt);
        output.Byte(Kind);
        output.VarintInt(TotalLength);
        output.VarintInt(Offset);
    }

    /// <summary>
    /// Reads the head and checks that the payload lies in the message; the payload is then <see cref="FrameParser.Rest"/>.
    /// </summary>
    internal static DataFrame Read(ref FrameParser input)
    {
        DataFrame frame = new()
        {
            LinkId = input.VarintInt(field: "link"),
            Position = input.Varint("position"),
            Sequence = input.Varint("sequence"),
            Attempt = input.Byte(field: "attempt"),
            Kind = input.Byte(field: "kind"),
            TotalLength = input.VarintInt(field: "total length"),
            Offset = input.VarintInt(field: "offset"),
        };
        int payload = input.Remaining;
        if (payload > WireLimits.MaxFragment)
        {
            input.Fail("payload", $"is {payload} bytes, more than {WireLimits.MaxFragment}");
        }

        if (payload > frame.TotalLength - (long)frame.Offset)
        {
            input.Fail("payload", $"of {payload} bytes at {frame.Offset} is not within the {frame.TotalLength} bytes of its message");
        }

        if (payload == 0 && frame.TotalLength != 0)
        {
            // Parts without content could go on for ever and never complete their message.
            input.Fail("payload", $"is empty in a message of {frame.TotalLength} bytes");
        }

        return frame;
    }
}
