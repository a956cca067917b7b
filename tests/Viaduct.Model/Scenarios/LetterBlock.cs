using Viaduct.Memory;

namespace Viaduct.Model.Scenarios;

/// <summary>A part of the model's memory as a block. It may claim to be larger than what is used of it.</summary>
internal sealed unsafe class LetterBlock(byte* pointer, long length) : MemoryBlock
{
    public override byte* Pointer => pointer;

    public override long Length => length;

    protected override void Dispose(bool disposing)
    {
    }
}
