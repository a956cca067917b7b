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

    public static void Kill(int processId, int signal) => kill(processId, signal);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int processId, int signal);

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
}
