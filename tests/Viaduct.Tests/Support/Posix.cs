using System.Runtime.InteropServices;

namespace Viaduct.Tests.Support;

/// <summary>Signals, as the kernel gives them.</summary>
internal static partial class Posix
{
    public const int SIGKILL = 9;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;

    public static void Kill(int processId, int signal) => kill(processId, signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int processId, int signal);
}
