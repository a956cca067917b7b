using System.Runtime.CompilerServices;
using Viaduct.PointPeer;

namespace Viaduct.Memory;

/// <summary>In the place of the product's class: the same accesses, each of which is a point at which the process can be killed, before it is made.</summary>
internal static unsafe class Shared
{
    public const int Looks = 16;

    public static ulong Acquire(ulong* word, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("acquire", file, member);
        return Volatile.Read(ref *word);
    }

    public static uint Acquire(uint* word, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("acquire", file, member);
        return Volatile.Read(ref *word);
    }

    public static void Release(ulong* word, ulong value, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("release", file, member);
        Volatile.Write(ref *word, value);
    }

    public static void Release(ulong* word, ulong value, ulong second, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Write(word + 1, second, file, member);
        Release(word, value, file, member);
    }

    public static void Release(uint* word, uint value, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("release", file, member);
        Volatile.Write(ref *word, value);
    }

    public static T Read<T>(T* place, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
        where T : unmanaged
    {
        Point.Pass("read", file, member);
        return *place;
    }

    public static void Write<T>(T* place, T value, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
        where T : unmanaged
    {
        Point.Pass("write", file, member);
        *place = value;
    }

    public static void Write(ulong* place, ulong value, ulong second, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Write(place, value, file, member);
        Write(place + 1, second, file, member);
    }

    public static T ReadMessage<T>(byte* place, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("read", file, member);
        return Unsafe.ReadUnaligned<T>(place);
    }

    public static void WriteMessage<T>(byte* place, in T message, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("write", file, member);
        Unsafe.WriteUnaligned(place, message);
    }

    public static void WriteMessage(byte* place, ReadOnlySpan<byte> message, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("write", file, member);
        message.CopyTo(new Span<byte>(place, message.Length));
    }

    public static void Increment(uint* word, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("increment", file, member);
        Interlocked.Increment(ref *word);
    }

    public static void Decrement(uint* word, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("decrement", file, member);
        Interlocked.Decrement(ref *word);
    }

    public static void Fence([CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("fence", file, member);
        Interlocked.MemoryBarrier();
    }

    public static bool IsAwake(uint* word) => (Volatile.Read(ref *word) & Rings.WaitEpoch.Awake) != 0;

    public static void Barrier(BarrierScope scope, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("barrier", file, member);
        if (scope == BarrierScope.Process)
        {
            Interlocked.MemoryBarrierProcessWide();
        }
        else
        {
            Linux.Barriers.Issue();
        }
    }

    public static void ReadFence([CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("fence", file, member);
        Volatile.ReadBarrier();
    }

    public static void WriteFence([CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Point.Pass("fence", file, member);
        Volatile.WriteBarrier();
    }
}
