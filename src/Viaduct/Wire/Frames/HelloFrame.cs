namespace Viaduct.Wire.Frames;

/// <summary>
/// Who a node is and what it expects of the connection: the body of <see cref="FrameType.Hello"/> and <see cref="FrameType.Welcome"/>.
/// </summary>
internal readonly record struct HelloFrame
{
    /// <summary>The first field of every handshake.</summary>
    internal const string Magic = "viaduct";

    /// <summary>The version of the wire format that this library speaks.</summary>
    internal const int CurrentVersion = 1;

    /// <summary>The version of the shared-memory layout that this library speaks.</summary>
    internal const int CurrentLayoutVersion = 1;

    /// <summary>
    /// The wire format's version. If it is not <see cref="CurrentVersion"/> the fields below were not read and have their defaults.
    /// </summary>
    public int Version { get; init; }

    /// <summary>The shared-memory layout's version.</summary>
    public int LayoutVersion { get; init; }

    /// <summary>The node's identity.</summary>
    public Guid NodeId { get; init; }

    /// <summary>The node's name, for people.</summary>
    public string NodeName { get; init; }

    /// <summary>The node's process as it sees itself; only the kernel's word about it is to be trusted.</summary>
    public int ProcessId { get; init; }

    /// <summary>The domain; both sides must be of the same.</summary>
    public string Domain { get; init; }

    /// <summary>What the connection is for.</summary>
    public ConnectionPurpose Purpose { get; init; }

    /// <summary>How messages travel.</summary>
    public ConnectionMode Mode { get; init; }

    /// <summary>What protects the connection.</summary>
    public ConnectionSecurity Security { get; init; }

    /// <summary>The session that a reconnection resumes.</summary>
    public Guid SessionId { get; init; }

    /// <summary>The TCP port on which the node listens, 0 for none.</summary>
    public int ListenPort { get; init; }

    /// <summary>How often the node sends <see cref="FrameType.Ping"/> when idle, in milliseconds.</summary>
    public int HeartbeatMilliseconds { get; init; }

    /// <summary>
    /// One more than the slot of the node's word in its life file, 0 for none. The file comes in a <see cref="FrameType.Segment"/>
    /// frame with id 0.
    /// </summary>
    public int LifeSlot { get; init; }

    /// <summary>Appends the frame as <paramref name="type"/>, Hello or Welcome.</summary>
    internal void Write(FrameBuilder output, FrameType type)
    {
        output.Begin(type);
        output.Text(Magic);
        output.VarintInt(Version);
        output.VarintInt(LayoutVersion);
        output.Guid(NodeId);
        output.Text(NodeName);
        output.VarintInt(ProcessId);
        output.Text(Domain);
        output.Byte((byte)Purpose);
        output.Byte((byte)Mode);
        output.Byte((byte)Security);
        output.Guid(SessionId);
        output.VarintInt(ListenPort);
        output.VarintInt(HeartbeatMilliseconds);
        output.VarintInt(LifeSlot);
        output.End();
    }

    /// <summary>Reads the body. Of another version only the version is read, so that the caller can answer with a typed refusal.</summary>
    internal static HelloFrame Read(ref FrameParser input)
    {
        int magicLength = input.VarintInt(Magic.Length, "magic");
        if (!input.Bytes(magicLength, "magic").SequenceEqual("viaduct"u8))
        {
            input.Fail("magic", $"is not \"{Magic}\"");
        }

        int version = input.VarintInt(field: "version");
        if (version != CurrentVersion)
        {
            input.Rest();
            return new HelloFrame { Version = version, NodeName = string.Empty, Domain = string.Empty };
        }

        HelloFrame frame = new()
        {
            Version = version,
            LayoutVersion = input.VarintInt(field: "layout version"),
            NodeId = input.Guid("node id"),
            NodeName = input.Text(field: "node name"),
            ProcessId = input.VarintInt(field: "process id"),
            Domain = input.Text(field: "domain"),
            Purpose = (ConnectionPurpose)input.Byte((byte)ConnectionPurpose.Query, "purpose"),
            Mode = (ConnectionMode)input.Byte((byte)ConnectionMode.SharedMemory, "mode"),
            Security = (ConnectionSecurity)input.Byte((byte)ConnectionSecurity.Plain, "security"),
            SessionId = input.Guid("session id"),
            ListenPort = input.VarintInt(ushort.MaxValue, "listen port"),
            HeartbeatMilliseconds = input.VarintInt(field: "heartbeat"),
            LifeSlot = input.VarintInt(field: "life slot"),
        };
        input.End();
        return frame;
    }
}
