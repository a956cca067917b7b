using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace Viaduct.Linux;

/// <summary>Descriptors that a peer sent: they may be anything, so even closing one needs care.</summary>
internal static unsafe class ForeignDescriptor
{
    private static readonly BlockingCollection<SafeFileHandle> s_toClose = [];
    private static Thread? s_closer;

    /// <summary>One more descriptor of the same file.</summary>
    /// <exception cref="IOException">There are too many.</exception>
    internal static SafeFileHandle Duplicate(SafeFileHandle descriptor)
    {
        int copy = Libc.Fcntl((int)descriptor.DangerousGetHandle(), Libc.F_DUPFD_CLOEXEC, 3);
        return copy < 0 ? throw Libc.Failure("A peer's descriptor cannot be kept", Libc.LastError) : new SafeFileHandle(copy, ownsHandle: true);
    }

    /// <summary>Closes a descriptor that a peer sent without ever blocking the caller.</summary>
    /// <remarks>
    /// The last close of a lingering socket or of a file of a user-space file system waits for whoever made it. Only memory files know
    /// seals, and closing one never waits; everything else is closed on a thread of its own, so that a peer can stop neither the poller nor,
    /// with many of them, the thread pool. Sockets linger no more, so that a file system of the peer's own is all that could keep that thread.
    /// </remarks>
    internal static void Close(SafeFileHandle? descriptor)
    {
        if (descriptor is null || descriptor.IsInvalid || descriptor.IsClosed)
        {
            return;
        }

        int fd = (int)descriptor.DangerousGetHandle();
        if (Libc.Fcntl(fd, Libc.F_GET_SEALS, 0) >= 0)
        {
            descriptor.Dispose();
            return;
        }

        // struct linger { 0, 0 }: off.
        long linger = 0;
        _ = Libc.SetSockOpt(fd, Libc.SOL_SOCKET, Libc.SO_LINGER, &linger, sizeof(long));
        s_toClose.Add(descriptor);
        if (Volatile.Read(ref s_closer) is null)
        {
            Thread thread = new(Run, 128 * 1024) { IsBackground = true, Name = "viaduct closer" };
            if (Interlocked.CompareExchange(ref s_closer, thread, null) is null)
            {
                thread.UnsafeStart();
            }
        }
    }

    private static void Run()
    {
        foreach (SafeFileHandle descriptor in s_toClose.GetConsumingEnumerable())
        {
            descriptor.Dispose();
        }
    }
}
