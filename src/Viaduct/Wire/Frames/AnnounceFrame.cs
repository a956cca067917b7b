namespace Viaduct.Wire.Frames;

/// <summary>A socket is there.</summary>
internal readonly record struct AnnounceFrame
{
    /// <summary>The socket's identity.</summary>
    public required Guid SocketId { get; init; }

    /// <summary>The channel's name.</summary>
    public required string Channel { get; init; }

    /// <summary>The socket's role on the channel.</summary>
    public required string Role { get; init; }

    /// <summary>The channel's pattern.</summary>
    public required Pattern Pattern { get; init; }

    /// <summary>The channel's topology.</summary>
    public required Topology Topology { get; init; }

    /// <summary>The channel's capacity in messages.</summary>
    public required int Capacity { get; init; }

    /// <summary>The name of the channel's schema.</summary>
    public required string Schema { get; init; }

    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.Announce);
        output.Guid(SocketId);
        output.Text(Channel);
        output.Text(Role);
        output.Byte((byte)Pattern);
        output.Byte((byte)Topology);
        output.VarintInt(Capacity);
        output.Text(Schema);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static AnnounceFrame Read(ref FrameParser input)
    {
        AnnounceFrame frame = new()
        {
            SocketId = input.Guid("socket id"),
            Channel = input.Text(field: "channel"),
            Role = input.Text(field: "role"),
            Pattern = (Pattern)input.Byte((byte)Pattern.ClientServer, "pattern"),
            Topology = (Topology)input.Byte((byte)Topology.ManyToOne, "topology"),
            Capacity = input.VarintInt(field: "capacity"),
            Schema = input.Text(field: "schema"),
        };
        input.End();
        return frame;
    }
}
