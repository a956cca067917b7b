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

    public static void Kill(int processId, int signal) => kill(processId, signal);

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
