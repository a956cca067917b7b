using System.Runtime.InteropServices;
using Viaduct.Model.Running;

namespace Viaduct.Memory;

/// <summary>In the place of the product's class: private memory, which where the model's processes are threads of one process is the model's own.</summary>
internal sealed unsafe class PinnedBlock : MemoryBlock
{
    private readonly byte[]? _array;

    public PinnedBlock(int length)
    {
        Length = length;
        Pointer = Run.Starting is { } run ? run.Allocate(length) : null;
        if (Pointer is null)
        {
            _array = GC.AllocateArray<byte>(length, pinned: true);
            Pointer = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array));
        }
    }

    public override byte* Pointer { get; }

    public override long Length { get; }

    protected override void Dispose(bool disposing)
    {
    }
}
