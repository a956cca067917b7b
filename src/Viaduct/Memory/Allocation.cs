namespace Viaduct.Memory;

/// <summary>A range of one block, owned by whoever allocated it.</summary>
internal readonly record struct Allocation(MemoryBlock Block, long Offset, int Length)
{
    /// <summary>The first byte of the range.</summary>
    public unsafe byte* Pointer => Block.Pointer + Offset;
}
