using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Viaduct.Model.Running;

namespace Viaduct.Linux;

/// <summary>In the place of the product's class: sleeping and waking as steps of the explorer.</summary>
internal static unsafe class Futex
{
    internal const int MaxWords = 128;

    internal static void WakeAll(uint* word, bool shared, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        _ = shared;
        Run.Current?.Wake((byte*)word, new Site(file, member));
    }

    internal static void WaitAny(ReadOnlySpan<FutexWord> words, TimeSpan timeout)
    {
        Run run = Run.Current ?? throw new InvalidOperationException("Nobody sleeps outside of an exploration.");
        if (timeout >= TimeSpan.Zero)
        {
            throw new NotSupportedException("Time does not pass in an exploration.");
        }

        run.Wait(words);
    }

    internal static void WaitAny(FutexWords words, TimeSpan timeout) => WaitAny(words.Length == 0 ? [] : MemoryMarshal.CreateReadOnlySpan(ref words[0], words.Length), timeout);
}
