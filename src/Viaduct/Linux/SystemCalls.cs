using System.Runtime.InteropServices;

namespace Viaduct.Linux;

/// <summary>The numbers of the system calls that the C library has no function for, by processor.</summary>
internal static class SystemCalls
{
    /// <summary>futex(2).</summary>
    internal static nint Futex => Select(202, 98);

    /// <summary>futex_waitv(2), since Linux 5.16; one number on all processors.</summary>
    internal static nint FutexWaitV => Select(449, 449);

    /// <summary>set_robust_list(2).</summary>
    internal static nint SetRobustList => Select(273, 99);

    /// <summary>gettid(2).</summary>
    internal static nint GetTid => Select(186, 178);

    /// <summary>statx(2), whose record has the same layout on all processors, unlike stat's.</summary>
    internal static nint StatX => Select(332, 291);

    /// <summary>fstatfs(2).</summary>
    internal static nint FStatFs => Select(138, 44);

    /// <summary>membarrier(2).</summary>
    internal static nint MemBarrier => Select(324, 283);

    private static nint Select(int x64, int arm64) => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => x64,
        Architecture.Arm64 => arm64,
        Architecture other => throw new PlatformNotSupportedException(
            $"Shared memory needs an x64 or arm64 processor, not {other}; use TCP (NodeOptions.Listen and Peers) here."),
    };
}
