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

    /// <summary>What the whole process has for the blobs that it writes; other processes of the machine may map it.</summary>
    public long BlobBytes { get; init; }

    /// <summary>What of <see cref="BlobBytes"/> holds blobs that this process or another one has not disposed, or is kept to be used again.</summary>
    public long BlobBytesInUse { get; init; }

    /// <summary>Bytes of blobs that the process has copied so far: for peers across TCP, and when a blob was written while others might read it.</summary>
    public long BlobBytesCopied { get; init; }
}
