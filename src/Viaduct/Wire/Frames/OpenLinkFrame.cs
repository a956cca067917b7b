namespace Viaduct.Wire.Frames;

/// <summary>A sender asks for a link to a receiver and says what it expects of the channel.</summary>
internal readonly record struct OpenLinkFrame
{
    /// <summary>Creates a frame.</summary>
    public OpenLinkFrame()
    {
    }

    /// <summary>The link's number, chosen by who opens it.</summary>
    public required int LinkId { get; init; }

    /// <summary>Bits that the sockets interpret.</summary>
    public int Flags { get; init; }

    /// <summary>The channel's name.</summary>
    public required string Channel { get; init; }

    /// <summary>The sending socket.</summary>
    public required Guid SenderSocket { get; init; }

    /// <summary>The receiving socket.</summary>
    public required Guid ReceiverSocket { get; init; }

    /// <summary>The channel's pattern.</summary>
    public required Pattern Pattern { get; init; }

    /// <summary>The channel's topology.</summary>
    public required Topology Topology { get; init; }

    /// <summary>The channel's capacity in messages.</summary>
    public required int Capacity { get; init; }

    /// <summary>Messages that a publisher keeps for those who come later.</summary>
    public int History { get; init; }

    /// <summary>The channel's capacity in bytes, 0 for no bound of its own.</summary>
    public ulong ByteCapacity { get; init; }

    /// <summary>The channel's delivery.</summary>
    public required Delivery Delivery { get; init; }

    /// <summary>The channel's largest message in bytes.</summary>
    public required int MaxMessageSize { get; init; }

    /// <summary>The name of the channel's schema.</summary>
    public required string Schema { get; init; }

    /// <summary>A hash of the channel's schema.</summary>
    public ulong SchemaHash { get; init; }

    /// <summary>The memory file with the sender's ring.</summary>
    public int RingSegment { get; init; }

    /// <summary>Where the ring starts in its file, in bytes.</summary>
    public ulong RingOffset { get; init; }

    /// <summary>The ring's size in bytes. Where the memory lies means nothing on a stream.</summary>
    public int RingSize { get; init; }

    /// <summary>How many messages may be out unconsumed on this link.</summary>
    public int Window { get; init; }

    /// <summary>The memory file with the sender's page.</summary>
    public int SenderPageSegment { get; init; }

    /// <summary>Where the sender's page starts in its file, in bytes.</summary>
    public ulong SenderPageOffset { get; init; }

    /// <summary>
    /// The sender's contract of a service, which the receiver compares with its own; of messages their schema where <see cref="Schema"/> only stands for it; else empty.
    /// </summary>
    public string Contract { get; init; } = "";

    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.OpenLink);
        output.VarintInt(LinkId);
        output.VarintInt(Flags);
        output.Text(Channel);
        output.Guid(SenderSocket);
        output.Guid(ReceiverSocket);
        output.Byte((byte)Pattern);
        output.Byte((byte)Topology);
        output.VarintInt(Capacity);
        output.VarintInt(History);
        output.Varint(ByteCapacity);
        output.Byte((byte)Delivery);
        output.VarintInt(MaxMessageSize);
        output.Text(Schema);
        output.Varint(SchemaHash);
        output.VarintInt(RingSegment);
        output.Varint(RingOffset);
        output.VarintInt(RingSize);
        output.VarintInt(Window);
        output.VarintInt(SenderPageSegment);
        output.Varint(SenderPageOffset);
        output.Text(Contract, WireLimits.MaxContract);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static OpenLinkFrame Read(ref FrameParser input)
    {
        OpenLinkFrame frame = new()
        {
            LinkId = input.VarintInt(field: "link"),
            Flags = input.VarintInt(field: "flags"),
            Channel = input.Text(field: "channel"),
            SenderSocket = input.Guid("sender socket"),
            ReceiverSocket = input.Guid("receiver socket"),
            Pattern = (Pattern)input.Byte((byte)Pattern.ClientServer, "pattern"),
            Topology = (Topology)input.Byte((byte)Topology.ManyToOne, "topology"),
            Capacity = input.VarintInt(field: "capacity"),
            History = input.VarintInt(field: "history"),
            ByteCapacity = input.Varint("byte capacity"),
            Delivery = (Delivery)input.Byte((byte)Delivery.AtMostOnce, "delivery"),
            MaxMessageSize = input.VarintInt(field: "largest message"),
            Schema = input.Text(field: "schema"),
            SchemaHash = input.Varint("schema hash"),
            RingSegment = input.VarintInt(field: "ring segment"),
            RingOffset = input.Varint("ring offset"),
            RingSize = input.VarintInt(field: "ring size"),
            Window = input.VarintInt(field: "window"),
            SenderPageSegment = input.VarintInt(field: "sender page segment"),
            SenderPageOffset = input.Varint("sender page offset"),
            Contract = input.Text(WireLimits.MaxContract, "contract"),
        };
        input.End();
        return frame;
    }
}
