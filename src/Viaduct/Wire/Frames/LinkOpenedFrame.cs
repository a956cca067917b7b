namespace Viaduct.Wire.Frames;

/// <summary>The receiver accepts a link and says where its own pages lie.</summary>
internal readonly record struct LinkOpenedFrame
{
    /// <summary>The link.</summary>
    public required int LinkId { get; init; }

    /// <summary>Bits that the sockets interpret.</summary>
    public int Flags { get; init; }

    /// <summary>What happens when a subscriber is full.</summary>
    public FullMode FullMode { get; init; }

    /// <summary>How many of the publisher's last messages a subscriber wants first.</summary>
    public int History { get; init; }

    /// <summary>The memory file with the receiver's page.</summary>
    public int PageSegment { get; init; }

    /// <summary>Where the receiver's page starts in its file, in bytes.</summary>
    public ulong PageOffset { get; init; }

    /// <summary>The position of the next message that the receiver expects; counts where a link goes on over a new connection.</summary>
    public ulong NextPosition { get; init; }

    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.LinkOpened);
        output.VarintInt(LinkId);
        output.VarintInt(Flags);
        output.Byte((byte)FullMode);
        output.VarintInt(History);
        output.VarintInt(PageSegment);
        output.Varint(PageOffset);
        output.Varint(NextPosition);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static LinkOpenedFrame Read(ref FrameParser input)
    {
        LinkOpenedFrame frame = new()
        {
            LinkId = input.VarintInt(field: "link"),
            Flags = input.VarintInt(field: "flags"),
            FullMode = (FullMode)input.Byte((byte)FullMode.Latest, "full mode"),
            History = input.VarintInt(field: "history"),
            PageSegment = input.VarintInt(field: "page segment"),
            PageOffset = input.Varint("page offset"),
            NextPosition = input.Varint("next position"),
        };
        input.End();
        return frame;
    }
}
