namespace Viaduct.Memory;

/// <summary>A block of a pool, cut into chunks of one size. Guarded by the pool's lock.</summary>
internal sealed class PoolBlock(MemoryBlock block)
{
    /// <summary>The memory.</summary>
    public MemoryBlock Block { get; } = block;

    /// <summary>Its chunks that are rented.</summary>
    public int Rented { get; set; }

    /// <summary>When its last chunk came back, in <see cref="Environment.TickCount64"/>'s milliseconds.</summary>
    public long IdleSince { get; set; }
}
