using System.Runtime.InteropServices;

namespace Viaduct.Tests.Support;

/// <summary>Signals, as the kernel gives them.</summary>
internal static partial class Posix
{
    public const int SIGKILL = 9;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;

    private const short POLLIN = 1;
    private const int EINTR = 4;

    /// <summary>Whether poll(2) finds a descriptor readable within a time.</summary>
    public static unsafe bool IsReadable(int descriptor, TimeSpan timeout)
    {
        var item = new PollItem { Descriptor = descriptor, Events = POLLIN };
        int ready;
        do
        {
            ready = poll(&item, 1, (int)timeout.TotalMilliseconds);
        }
        while (ready < 0 && Marshal.GetLastPInvokeError() == EINTR);

        Assert.True(ready >= 0, $"poll failed: errno {Marshal.GetLastPInvokeError()}");
        return ready == 1 && item.Returned == POLLIN;
    }

    /// <summary>A descriptor that children inherit, as careless libraries make them.</summary>
    public static int OpenLeaky(string path)
    {
        int descriptor = open(path, 0);
        Assert.True(descriptor >= 0, $"open failed: errno {Marshal.GetLastPInvokeError()}");
        return descriptor;
    }

    public static void Close(int descriptor) => close(descriptor);

    /// <summary>Makes a System V shared memory segment; its number.</summary>
    public static int MakeSharedMemory(int key)
    {
        const int CreateForOwner = 0x200 | 0x400 | 0x180;
        int id = shmget(key, 4096, CreateForOwner);
        Assert.True(id >= 0, $"shmget failed: errno {Marshal.GetLastPInvokeError()}");
        return id;
    }

    public static void RemoveSharedMemory(int id) => Assert.Equal(0, shmctl(id, 0, 0));

    public static void Kill(int processId, int signal) => kill(processId, signal);

    /// <summary>Lets no file of this process grow to so many bytes, those of shared memory included, until it is disposed. For tests with nothing beside them.</summary>
    public static IDisposable NoFilesOf(int bytes) => new FileLimit((nuint)bytes - 1);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int processId, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shmget(int key, nuint size, int flags);

    [LibraryImport("libc")]
    private static partial int shmctl(int id, int command, nint buffer);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint signal(int number, nint handler);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setrlimit(int resource, in ResourceLimit limit);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int poll(PollItem* items, nuint count, int timeoutMilliseconds);

    /// <summary>The kernel's <c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollItem
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    /// <summary>The kernel's <c>struct rlimit</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public nuint Current;
        public nuint Largest;
    }

    private sealed class FileLimit : IDisposable
    {
        private const int RLIMIT_FSIZE = 1;
        private const int SIGXFSZ = 25;
        private const nint SIG_IGN = 1;

        private readonly ResourceLimit _before;
        private readonly nint _handler;

        public FileLimit(nuint most)
        {
            _handler = signal(SIGXFSZ, SIG_IGN);
            Assert.Equal(0, getrlimit(RLIMIT_FSIZE, out _before));
            Assert.Equal(0, setrlimit(RLIMIT_FSIZE, _before with { Current = most }));
        }

        public void Dispose()
        {
            Assert.Equal(0, setrlimit(RLIMIT_FSIZE, _before));
            signal(SIGXFSZ, _handler);
        }
    }
}
