using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Viaduct.Linux;

/// <summary>A nameless memory file: written by the process that made it, mapped read-only by those that it was handed to.</summary>
/// <remarks>
/// Law: every shared page has one writing process. The owner maps its file before it seals it; the seals then keep everybody, the owner
/// included, from mapping it writable again, from resizing it and from punching pages out. That is why reading one can never fault.
/// </remarks>
internal sealed unsafe class SharedMemoryFile : IDisposable
{
    /// <summary>The seals of a file that is ready to be handed on.</summary>
    internal const int Seals = Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW | Libc.F_SEAL_FUTURE_WRITE | Libc.F_SEAL_SEAL;

    /// <summary>The magic number of tmpfs, which memory files of ordinary pages live in.</summary>
    private const nint TmpfsMagic = 0x01021994;

    /// <summary>The bytes of a block in <see cref="FileStatus.Blocks"/>.</summary>
    private const long BlockSize = 512;

    /// <summary>Whether this process may write the pages; decides what they are replaced with at the end.</summary>
    private readonly bool _writable;

    /// <summary>0 until <see cref="Dispose"/>, then 1 for ever.</summary>
    private int _disposed;

    private SharedMemoryFile(byte* pointer, long length, SafeFileHandle? descriptor, bool writable)
    {
        Pointer = pointer;
        Length = length;
        Descriptor = descriptor;
        _writable = writable;
    }

    /// <summary>The first byte; stays an address that can be read (the owner's: also written) for the life of the process.</summary>
    internal byte* Pointer { get; }

    /// <summary>The mapped bytes: what was asked for, rounded up to whole pages.</summary>
    internal long Length { get; }

    /// <summary>The owner's descriptor, to be handed on; null at the reader's.</summary>
    internal SafeFileHandle? Descriptor { get; }

    /// <summary>Whether <see cref="Dispose"/> was called.</summary>
    internal bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    /// <summary>Makes a file of zeros with all its pages present, maps it for writing and seals it.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is not positive.</exception>
    /// <exception cref="IOException">The memory or the descriptor is not to be had.</exception>
    internal static SharedMemoryFile Create(string debugName, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        long page = Environment.SystemPageSize;
        long length = checked(size + page - 1) / page * page;

        // The kernel would rather kill processes than refuse a size that it could never give.
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (available > 0 && length > available)
        {
            throw new IOException($"A memory file of {length} bytes cannot be made: this process has {available} bytes of memory at most.");
        }

        SafeFileHandle descriptor = CreateDescriptor(debugName);
        try
        {
            int fd = (int)descriptor.DangerousGetHandle();

            // Allocated here, so that a lack of memory is an error now and not a fault at the first touch.
            if (Libc.Ftruncate(fd, length) != 0 || Allocate(fd, length) != 0)
            {
                throw Libc.Failure($"A memory file of {length} bytes cannot be made", Libc.LastError);
            }

            nint address = Map(AddressArena.Written, fd, length, Libc.PROT_READ | Libc.PROT_WRITE);
            if (address == -1)
            {
                throw Libc.Failure($"A memory file of {length} bytes cannot be mapped", Libc.LastError);
            }

            if (Libc.Fcntl(fd, Libc.F_ADD_SEALS, Seals) != 0)
            {
                int error = Libc.LastError;
                _ = Libc.Munmap((void*)address, (nuint)length);
                throw Libc.Failure("A memory file cannot be sealed", error);
            }

            return new SharedMemoryFile((byte*)address, length, descriptor, writable: true);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    /// <summary>Verifies a file that a peer sent, maps it read-only and closes the descriptor, also on failure.</summary>
    /// <exception cref="ProtocolViolationException">It is no sealed memory file, has holes, or its size is out of bounds.</exception>
    /// <exception cref="IOException">The mapping is not to be had.</exception>
    internal static SharedMemoryFile OpenReadOnly(SafeFileHandle received, long minimumSize, long maximumSize)
    {
        try
        {
            int fd = (int)received.DangerousGetHandle();
            long length = Verify(fd, minimumSize, maximumSize);
            nint address = Map(AddressArena.Read, fd, length, Libc.PROT_READ);
            if (address == -1)
            {
                throw Libc.Failure($"A peer's memory file of {length} bytes cannot be mapped", Libc.LastError);
            }

            return new SharedMemoryFile((byte*)address, length, descriptor: null, writable: false);
        }
        finally
        {
            ForeignDescriptor.Close(received);
        }
    }

    /// <summary>Gives the memory back, but never the addresses. Idempotent, from any thread, also while others read or write.</summary>
    /// <remarks>
    /// The pages are replaced, not unmapped: a late reader sees old bytes or zeros and never faults, because mapping over a range is one
    /// step for every page fault (a fault waits for the whole of it). If the kernel has no memory for even that, the old pages stay.
    /// </remarks>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        int protection = _writable ? Libc.PROT_READ | Libc.PROT_WRITE : Libc.PROT_READ;
        const int flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_FIXED | Libc.MAP_NORESERVE;
        _ = Libc.Mmap(Pointer, (nuint)Length, protection, flags, -1, 0);
        Descriptor?.Dispose();
    }

    private static nint Map(AddressArena arena, int fd, long length, int protection)
    {
        void* place = arena.Take(length);
        int flags = Libc.MAP_SHARED | Libc.MAP_POPULATE | (place == null ? 0 : Libc.MAP_FIXED);
        return Libc.Mmap(place, (nuint)length, protection, flags, fd, 0);
    }

    private static SafeFileHandle CreateDescriptor(string debugName)
    {
        // The kernel cuts no names but refuses those above 249 bytes; the name is only seen in /proc.
        string name = debugName.Length > 60 ? debugName[..60] : debugName;
        int fd = Libc.MemfdCreate(name, Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING | Libc.MFD_NOEXEC_SEAL);
        if (fd < 0 && Libc.LastError == Libc.EINVAL)
        {
            fd = Libc.MemfdCreate(name, Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING);
        }

        return fd < 0 ? throw Libc.Failure("A memory file cannot be made", Libc.LastError) : new SafeFileHandle(fd, ownsHandle: true);
    }

    private static int Allocate(int fd, long length)
    {
        int result;
        do
        {
            result = Libc.Fallocate(fd, 0, 0, length);
        }
        while (result != 0 && Libc.LastError == Libc.EINTR);
        return result;
    }

    /// <summary>Checks all that keeps a later read from faulting, and returns the size.</summary>
    private static long Verify(int fd, long minimumSize, long maximumSize)
    {
        // First the seals, the one question that only memory answers: any other could wait for a file system that the peer runs itself.
        int seals = Libc.Fcntl(fd, Libc.F_GET_SEALS, 0);
        if (seals < 0)
        {
            throw new ProtocolViolationException("The peer sent a descriptor that is no memory file.");
        }

        const int needed = Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW | Libc.F_SEAL_SEAL;
        const int unwritable = Libc.F_SEAL_WRITE | Libc.F_SEAL_FUTURE_WRITE;
        if ((seals & needed) != needed || (seals & unwritable) == 0)
        {
            throw new ProtocolViolationException($"The peer sent a memory file with the seals 0x{seals:x}; those of 0x{Seals:x} are needed.");
        }

        // From here on nothing that is read can change any more. Huge pages are refused: they may be missing at the first touch.
        byte* system = stackalloc byte[256];
        if (Libc.Syscall(SystemCalls.FStatFs, fd, (nint)system, 0, 0, 0, 0) != 0 || Unsafe.ReadUnaligned<nint>(system) != TmpfsMagic)
        {
            throw new ProtocolViolationException("The peer sent a memory file that does not consist of ordinary pages.");
        }

        FileStatus status = FileStatus.Of(fd);
        if (!status.IsRegular || status.Size % Environment.SystemPageSize != 0 || status.Size < minimumSize || status.Size > maximumSize || status.Size == 0)
        {
            throw new ProtocolViolationException(
                $"The peer sent a memory file of {status.Size} bytes; whole pages between {minimumSize} and {maximumSize} bytes are needed.");
        }

        // A hole would be filled at the first read, which may fail then and at our cost; filled ones cannot be punched out again.
        return status.Blocks * BlockSize >= status.Size
            ? status.Size
            : throw new ProtocolViolationException($"The peer sent a memory file of {status.Size} bytes of which only {status.Blocks * BlockSize} are there.");
    }
}
