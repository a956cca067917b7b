using System.Runtime.InteropServices;

namespace Viaduct.Supervision.Linux;

/// <summary>The numbers of system calls about processes that older C libraries have no function for, by processor.</summary>
internal static class ProcessCalls
{
    /// <summary>waitid(2); the C library's function lacks the record of what the child used.</summary>
    internal static nint WaitId => Select(247, 95);

    /// <summary>pidfd_open(2), since Linux 5.3; one number on all processors.</summary>
    internal static nint PidfdOpen => Select(434, 434);

    /// <summary>pidfd_send_signal(2), since Linux 5.1; one number on all processors.</summary>
    internal static nint PidfdSendSignal => Select(424, 424);

    private static nint Select(int x64, int arm64) => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => x64,
        Architecture.Arm64 => arm64,
        Architecture other => throw new PlatformNotSupportedException(
            $"Child processes need an x64 or arm64 processor, not {other}; use System.Diagnostics.Process here."),
    };
}
