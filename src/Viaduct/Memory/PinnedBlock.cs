namespace Viaduct.Memory;

/// <summary>Private memory of this process: a pinned array, so the garbage collector frees it when the last holder is gone.</summary>
internal sealed unsafe class PinnedBlock : MemoryBlock
{
    /// <summary>Two cache lines: what adjacent-line prefetchers of x86 fetch together.</summary>
    private const int Alignment = 128;

    /// <summary>The largest array that is cleared here.</summary>
    private const int MostCleared = 64 * 1024;

    private readonly byte[] _array;
    private readonly byte* _pointer;
    private readonly int _start;
    private readonly int _length;

    /// <summary>Allocates zeroed memory.</summary>
    public PinnedBlock(int length)
    {
        int size = checked(length + Alignment);
        if (size > MostCleared)
        {
            // Fresh pages stay untouched.
            _array = GC.AllocateArray<byte>(size, pinned: true);
        }
        else
        {
            // That above is not compiled ahead (ReadyToRun), and a process that starts needs small ones alone.
            _array = GC.AllocateUninitializedArray<byte>(size, pinned: true);
            Array.Clear(_array);
        }

        byte* first = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_array));
        _pointer = (byte*)(((nuint)first + (Alignment - 1)) & ~(nuint)(Alignment - 1));
        _start = (int)(_pointer - first);
        _length = length;
    }

    /// <inheritdoc/>
    public override byte* Pointer => _pointer;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override Memory<byte> Memory => _array.AsMemory(_start, _length);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
