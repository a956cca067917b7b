namespace Viaduct.Tests.Conformance;

/// <summary>What a test says about a channel, whatever its pattern; messages are 64-bit numbers.</summary>
public sealed record ChannelSettings
{
    public string Name { get; init; } = "numbers";

    public int Capacity { get; init; } = 64;

    public Topology Topology { get; init; } = Topology.ManyToMany;

    public Delivery Delivery { get; init; } = Delivery.AtLeastOnce;

    public int History { get; init; }

    public long ByteCapacity { get; init; }

    public int MaxMessageSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>Null: the distance's own.</summary>
    public Context? Context { get; init; }

    /// <summary>How the numbers become bytes; null for the default.</summary>
    public ICodec<long>? Codec { get; init; }
}
