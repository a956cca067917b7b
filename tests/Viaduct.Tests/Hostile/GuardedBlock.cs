using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;
using Viaduct.Memory;

namespace Viaduct.Tests.Hostile;

/// <summary>
/// Memory with so much that can't be touched on both sides that a reader which leaves it ends the process at once. A view of a memory file
/// can't be written either, as at a peer.
/// </summary>
internal sealed unsafe class GuardedBlock : MemoryBlock
{
    /// <summary>Bytes on either side: more than any length or offset of the ring under attack can say.</summary>
    private const long Guard = 1L << 31;

    private readonly byte* _reserved;
    private readonly long _length;

    private GuardedBlock(int segmentId, long length, SafeFileHandle? file)
    {
        SegmentId = segmentId;
        _length = length;
        const int reserved = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE;
        _reserved = (byte*)Libc.Mmap(null, (nuint)(length + (2 * Guard)), 0, reserved, -1, 0);
        Assert.NotEqual(-1, (nint)_reserved);
        nint middle = file is null
            ? Libc.Mmap(Pointer, (nuint)length, Libc.PROT_READ | Libc.PROT_WRITE, reserved | Libc.MAP_FIXED, -1, 0)
            : Libc.Mmap(Pointer, (nuint)length, Libc.PROT_READ, Libc.MAP_SHARED | Libc.MAP_FIXED, (int)file.DangerousGetHandle(), 0);
        Assert.Equal((nint)Pointer, middle);
    }

    /// <inheritdoc/>
    public override byte* Pointer => _reserved + Guard;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <summary>A memory file as its reader sees it.</summary>
    public static GuardedBlock ViewOf(SharedBlock file) => new(file.SegmentId, file.Length, file.Descriptor);

    /// <summary>Private memory, zeroed.</summary>
    public static GuardedBlock Private(long length) => new(0, (length + 4095) & ~4095L, null);

    /// <summary>Whether bytes lie in here.</summary>
    public bool Contains(byte* first, int length) => first >= Pointer && length >= 0 && first + length <= Pointer + Length;

    protected override void Dispose(bool disposing) => _ = Libc.Munmap(_reserved, (nuint)(_length + (2 * Guard)));
}
