namespace Viaduct.Memory;

/// <summary>A range of one block, owned by whoever allocated it.</summary>
internal sealed record Allocation(MemoryBlock Block, long Offset, int Length)
{
    /// <summary>The first byte of the range. Not public, or the record's text would have it in, and pointers can't be boxed: compiled ahead of time, that fails.</summary>
    internal unsafe byte* Pointer => Block.Pointer + Offset;
}
