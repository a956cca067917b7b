namespace Viaduct.Wire.Frames;

/// <summary>
/// The receiver's progress on a link: credit and acknowledgement. The positions released beyond <see cref="Consumed"/> follow it,
/// each as its distance from the one before (the first from <see cref="Consumed"/>).
/// </summary>
internal readonly record struct ReceiverStateFrame
{
    /// <summary>The link.</summary>
    public required int LinkId { get; init; }

    /// <summary>The position up to which everything is consumed.</summary>
    public required ulong Consumed { get; init; }

    /// <summary>The position up to which messages were handed to the program; counts in a rendezvous.</summary>
    public required ulong Taken { get; init; }

    /// <summary>The position up to which receives wait for messages; counts in a rendezvous.</summary>
    public required ulong Demand { get; init; }

    /// <summary>
    /// The answer to the sender's last revocation: twice what it named, and 1 more if the message is given back; 0 before any.
    /// </summary>
    public required ulong RevokeAnswer { get; init; }

    /// <summary>How many messages of this link the receiver missed.</summary>
    public required ulong Missed { get; init; }

    /// <summary>How many released positions follow; set by <see cref="Read"/>.</summary>
    public int Count { get; init; }

    /// <summary>
    /// Appends the frame with as many of the <paramref name="released"/> positions as fit, the lowest first; returns how many that were.
    /// </summary>
    /// <param name="output">Where to.</param>
    /// <param name="released">Positions above <see cref="Consumed"/>, strictly rising.</param>
    /// <exception cref="ArgumentException">The positions do not rise; nothing was written.</exception>
    internal int Write(FrameBuilder output, ReadOnlySpan<ulong> released = default)
    {
        int room = WireLimits.MaxFrame - 5 - 5 * Varint.MaxLength - Varint.Length(WireLimits.MaxReleased);
        int count = 0;
        ulong previous = Consumed;
        foreach (ulong position in released[..Math.Min(released.Length, WireLimits.MaxReleased)])
        {
            if (position <= previous)
            {
                throw new ArgumentException($"The released position {position} does not rise above {previous}.", nameof(released));
            }

            room -= Varint.Length(position - previous);
            if (room < 0)
            {
                break;
            }

            count++;
            previous = position;
        }

        output.Begin(FrameType.ReceiverState);
        output.VarintInt(LinkId);
        output.Varint(Consumed);
        output.Varint(Taken);
        output.Varint(Demand);
        output.Varint(RevokeAnswer);
        output.Varint(Missed);
        output.VarintInt(count);
        previous = Consumed;
        foreach (ulong position in released[..count])
        {
            output.Varint(position - previous);
            previous = position;
        }

        output.End();
        return count;
    }

    /// <summary>
    /// Reads the fields and checks all released positions without keeping them; read them with <see cref="ReadReleased"/>,
    /// <see cref="Count"/> times, or leave them.
    /// </summary>
    internal static ReceiverStateFrame Read(ref FrameParser input)
    {
        ReceiverStateFrame frame = new()
        {
            LinkId = input.VarintInt(field: "link"),
            Consumed = input.Varint("consumed"),
            Taken = input.Varint("taken"),
            Demand = input.Varint("demand"),
            RevokeAnswer = input.Varint("revoke answer"),
            Missed = input.Varint("missed"),
            Count = input.VarintInt(WireLimits.MaxReleased, "count"),
        };
        if (frame.Count > input.Remaining)
        {
            input.Fail("count", $"is {frame.Count} where {input.Remaining} bytes are left");
        }

        // The copy goes ahead, so that the caller acts on no position of a frame that turns out to be malformed.
        FrameParser ahead = input;
        ulong position = frame.Consumed;
        for (int i = 0; i < frame.Count; i++)
        {
            position = ReadReleased(ref ahead, position);
        }

        ahead.End();
        return frame;
    }

    /// <summary>Reads the next released position.</summary>
    /// <param name="input">The parser that <see cref="Read"/> has left behind the count.</param>
    /// <param name="previous">The position before it; <see cref="Consumed"/> for the first.</param>
    internal static ulong ReadReleased(ref FrameParser input, ulong previous)
    {
        ulong distance = input.Varint("released position");
        ulong position = unchecked(previous + distance);
        if (position <= previous)
        {
            input.Fail("released position", $"is {distance} behind {previous}: positions must rise and stay within 64 bits");
        }

        return position;
    }
}
