using System.Runtime.CompilerServices;

namespace Viaduct.Linux;

/// <summary>What the kernel says of an open file (statx).</summary>
internal readonly record struct FileStatus(uint Links, uint UserId, uint GroupId, int Mode, ulong Inode, long Size, long Blocks, ulong Device)
{
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private const int DirectoryType = 0x4000;
    private const int AtEmptyPath = 0x1000;
    private const uint BasicStatistics = 0x7FF;

    /// <summary>Whether this is a regular file (memory files are).</summary>
    internal bool IsRegular => (Mode & TypeMask) == RegularType;

    /// <summary>Whether this is a directory.</summary>
    internal bool IsDirectory => (Mode & TypeMask) == DirectoryType;

    /// <summary>The permission bits.</summary>
    internal int Permissions => Mode & 0xFFF;

    /// <summary>Asks for an open descriptor's status.</summary>
    internal static unsafe FileStatus Of(int fd)
    {
        byte empty = 0;
        byte* record = stackalloc byte[256];
        if (Libc.Syscall(SystemCalls.StatX, fd, (nint)(&empty), AtEmptyPath, (nint)BasicStatistics, (nint)record, 0) < 0)
        {
            throw Libc.Failure("The status of a descriptor cannot be read", Libc.LastError);
        }

        // Offsets of struct statx: nlink 16, uid 20, gid 24, mode 28, ino 32, size 40, blocks 48, dev_major 136, dev_minor 140.
        return new FileStatus(
            Unsafe.ReadUnaligned<uint>(record + 16),
            Unsafe.ReadUnaligned<uint>(record + 20),
            Unsafe.ReadUnaligned<uint>(record + 24),
            Unsafe.ReadUnaligned<ushort>(record + 28),
            Unsafe.ReadUnaligned<ulong>(record + 32),
            Unsafe.ReadUnaligned<long>(record + 40),
            Unsafe.ReadUnaligned<long>(record + 48),
            ((ulong)Unsafe.ReadUnaligned<uint>(record + 136) << 32) | Unsafe.ReadUnaligned<uint>(record + 140));
    }
}
