namespace Viaduct;

/// <summary>How much memory a node has for messages, in bytes. Immutable.</summary>
public sealed record MemoryReport
{
    /// <summary>Its own files that other processes of the machine may map.</summary>
    public long SharedBytes { get; init; }

    /// <summary>Other processes' files that it has mapped.</summary>
    public long MappedBytes { get; init; }

    /// <summary>What it has for loans and for messages too large for a ring; part of it may be in <see cref="SharedBytes"/>.</summary>
    public long PoolBytes { get; init; }

    /// <summary>What of <see cref="PoolBytes"/> is loaned, or holds messages that are not yet consumed.</summary>
    public long PoolBytesInUse { get; init; }
}
