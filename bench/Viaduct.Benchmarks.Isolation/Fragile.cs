using System.Runtime.InteropServices;

namespace Viaduct.Benchmarks.Isolation;

/// <summary>Crashes as a C library does: by a signal, in its own code.</summary>
internal sealed partial class Fragile : IFragile
{
    public int ProcessId() => Environment.ProcessId;

    public int Crash(int victim)
    {
        if (victim == Environment.ProcessId)
        {
            _ = strlen(1);
        }

        return Environment.ProcessId;
    }

    [LibraryImport("libc")]
    private static partial nint strlen(nint text);
}
