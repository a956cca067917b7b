using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;

namespace Viaduct.Supervision.Linux;

/// <summary>Descriptors made for a child; every one is close-on-exec, so that no other start of this program inherits it.</summary>
internal static unsafe class Descriptors
{
    /// <summary>Numbers below this are a child's standard streams and what it is told of; what is copied there must lie above.</summary>
    private const int FirstFree = 16;

    /// <summary>A pipe.</summary>
    /// <exception cref="IOException">The process has no descriptor left.</exception>
    internal static (SafeFileHandle Read, SafeFileHandle Write) Pipe()
    {
        int* ends = stackalloc int[2];
        return SpawnLibrary.Pipe2(ends, Libc.O_CLOEXEC) == 0
            ? (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true))
            : throw Failure("A pipe to a child cannot be made", Libc.LastError);
    }

    /// <summary>A connected pair of Unix stream sockets that never block.</summary>
    /// <exception cref="IOException">The process has no descriptor left.</exception>
    internal static (SafeSocketHandle Ours, SafeFileHandle Theirs) SocketPair()
    {
        int* ends = stackalloc int[2];
        return SpawnLibrary.SocketPair(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, 0, ends) == 0
            ? (new SafeSocketHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true))
            : throw Failure("A socket to a child cannot be made", Libc.LastError);
    }

    /// <summary>The device that swallows everything and has nothing.</summary>
    /// <exception cref="IOException">It is missing, or the process has no descriptor left.</exception>
    internal static SafeFileHandle Null()
    {
        int fd = Libc.Open("/dev/null", SpawnLibrary.O_RDWR | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw Failure("/dev/null cannot be opened", Libc.LastError);
    }

    /// <summary>The same file under a number that no copy into the child overwrites.</summary>
    /// <exception cref="IOException">The process has no descriptor left.</exception>
    internal static SafeFileHandle Raised(int fd)
    {
        int raised = Libc.Fcntl(fd, SpawnLibrary.F_DUPFD_CLOEXEC, FirstFree);
        return raised >= 0 ? new SafeFileHandle(raised, ownsHandle: true) : throw Failure("A descriptor for a child cannot be made", Libc.LastError);
    }

    /// <summary>Makes reading a pipe of ours return at once where there is nothing.</summary>
    internal static void StopBlocking(SafeFileHandle handle)
    {
        int fd = Number(handle);
        int flags = Libc.Fcntl(fd, Libc.F_GETFL, 0);
        if (flags < 0 || Libc.Fcntl(fd, Libc.F_SETFL, flags | Libc.O_NONBLOCK) < 0)
        {
            throw Failure("A pipe cannot be made non-blocking", Libc.LastError);
        }
    }

    /// <summary>A handle's number; the caller keeps it open.</summary>
    internal static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    /// <summary>The exception for a call that failed, with the error number as its <see cref="Exception.HResult"/>.</summary>
    private static IOException Failure(string what, int error) => new($"{what}: {Libc.Describe(error)}.", error);
}
