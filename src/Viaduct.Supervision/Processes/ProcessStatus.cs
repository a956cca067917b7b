using Viaduct.Linux;
using Viaduct.Supervision.Linux;

namespace Viaduct.Supervision;

/// <summary>Collects what the kernel keeps of a process that ended.</summary>
internal static unsafe class ProcessStatus
{
    // Offsets in the kernel's struct siginfo of a child and struct rusage; the same on x64 and arm64.
    private const int InfoSize = 128;
    private const int CodeOffset = 8;
    private const int ProcessOffset = 16;
    private const int StatusOffset = 24;
    private const int UsageSize = 144;
    private const int PeakOffset = 32;

    /// <summary>Collects the status of a process that has ended, which frees its number; null if it has not ended.</summary>
    internal static ExitReason? Collect(int pidfd, DateTimeOffset time, TimeSpan uptime)
    {
        byte* info = stackalloc byte[InfoSize];
        byte* usage = stackalloc byte[UsageSize];
        new Span<byte>(info, InfoSize).Clear();
        nint result;
        do
        {
            result = Libc.Syscall(
                ProcessCalls.WaitId, SpawnLibrary.P_PIDFD, pidfd, (nint)info, SpawnLibrary.WEXITED | SpawnLibrary.WNOHANG, (nint)usage, 0);
        }
        while (result != 0 && Libc.LastError == Libc.EINTR);

        if (result != 0)
        {
            return new ExitReason { Kind = ExitKind.Unknown, Time = time, Uptime = uptime };
        }

        if (*(int*)(info + ProcessOffset) == 0)
        {
            return null;
        }

        int code = *(int*)(info + CodeOffset);
        int status = *(int*)(info + StatusOffset);
        bool exited = code == SpawnLibrary.CLD_EXITED;
        return new ExitReason
        {
            Kind = exited ? ExitKind.Exited : ExitKind.Signaled,
            ExitCode = exited ? status : 0,
            Signal = exited ? 0 : status,
            CoreDumped = code == SpawnLibrary.CLD_DUMPED,
            Time = time,
            Uptime = uptime,
            ProcessorTime = TimeOf(usage) + TimeOf(usage + 16),
            PeakMemory = *(long*)(usage + PeakOffset) * 1024,
        };
    }

    /// <summary>A <c>struct timeval</c>.</summary>
    private static TimeSpan TimeOf(byte* value) =>
        TimeSpan.FromSeconds(*(long*)value) + TimeSpan.FromMicroseconds(*(long*)(value + sizeof(long)));
}
