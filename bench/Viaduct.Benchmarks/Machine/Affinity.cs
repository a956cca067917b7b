using System.Globalization;
using System.Runtime.InteropServices;

namespace Viaduct.Benchmarks.Machine;

/// <summary>Pins threads to cores (sched_setaffinity(2)). A core of -1 means "leave it where it is".</summary>
internal static unsafe partial class Affinity
{
    private const int MaskWords = 16;
    private const int BitsAWord = 64;

    /// <summary>The cores that this process may use, in rising order.</summary>
    public static IReadOnlyList<int> AllowedCores()
    {
        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        if (sched_getaffinity(0, MaskWords * sizeof(ulong), mask) < 0)
        {
            throw Failed("sched_getaffinity");
        }

        var cores = new List<int>();
        for (int core = 0; core < MaskWords * BitsAWord; core++)
        {
            if ((mask[core / BitsAWord] & (1UL << (core % BitsAWord))) != 0)
            {
                cores.Add(core);
            }
        }

        return cores;
    }

    /// <summary>Pins the calling thread.</summary>
    public static void PinThread(int core) => Pin(0, [core]);

    /// <summary>
    /// Pins every thread there is now; threads made later inherit it. It is done after the runtime has started: a runtime
    /// that starts on one core counts one processor and would wait in another way than it does in a real program.
    /// </summary>
    public static void PinProcess(ReadOnlySpan<int> cores)
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc/self/task"))
        {
            Pin(int.Parse(Path.GetFileName(directory), CultureInfo.InvariantCulture), cores);
        }
    }

    private static void Pin(int thread, ReadOnlySpan<int> cores)
    {
        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        foreach (int core in cores)
        {
            if (core < 0)
            {
                return;
            }

            mask[core / BitsAWord] |= 1UL << (core % BitsAWord);
        }

        const int NoSuchThread = 3;
        if (sched_setaffinity(thread, MaskWords * sizeof(ulong), mask) != 0 && Marshal.GetLastPInvokeError() != NoSuchThread)
        {
            throw Failed("sched_setaffinity");
        }
    }

    private static InvalidOperationException Failed(string call) =>
        new($"{call} failed: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_getaffinity(int thread, nuint size, ulong* mask);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_setaffinity(int thread, nuint size, ulong* mask);
}
