using System.Buffers;

namespace Viaduct.Memory;

/// <summary>A range of memory at a fixed address. Blocks are never unmapped while somebody may still look at them.</summary>
internal abstract unsafe class MemoryBlock : MemoryManager<byte>
{
    /// <summary>The number under which this block's node hands it to its peers; 0 for memory that is never handed on.</summary>
    public int SegmentId { get; init; }

    /// <summary>The first byte. Page-aligned for shared blocks, at least 128-byte-aligned for private ones.</summary>
    public abstract byte* Pointer { get; }

    /// <summary>Length in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>The bytes from <paramref name="offset"/> on, as memory that user code may hold: it may grow stale, it never faults.</summary>
    public ReadOnlyMemory<byte> Slice(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)offset + (uint)length, (ulong)Length, nameof(offset));
        return length == 0 ? default : Memory.Slice((int)offset, length);
    }

    /// <inheritdoc/>
    public override Memory<byte> Memory => CreateMemory((int)Math.Min(Length, int.MaxValue));

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(Pointer, (int)Math.Min(Length, int.MaxValue));

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(Pointer + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }
}
