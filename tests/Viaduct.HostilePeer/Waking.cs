using Viaduct.Linux;

namespace Viaduct.HostilePeer;

/// <summary>What can be done to a sleeper on a shared word.</summary>
internal static unsafe class Waking
{
    private const int CompareRequeue = 4;

    /// <summary>Wakes who sleeps on a word as an honest peer does.</summary>
    public static void Ring(uint* signal)
    {
        Volatile.Write(ref *signal, *signal + 1);
        Futex.WakeAll(signal, shared: true);
    }

    /// <summary>Wakes without a reason; the word may be the victim's own, mapped read-only.</summary>
    public static void Wake(uint* word) => Futex.WakeAll(word, shared: true);

    /// <summary>Moves all sleepers of a word to another, where nobody will wake them.</summary>
    public static void Requeue(uint* from, uint* to) =>
        _ = Libc.Syscall(SystemCalls.Futex, (nint)from, CompareRequeue, 0, int.MaxValue, (nint)to, unchecked((nint)Volatile.Read(ref *from)));
}
