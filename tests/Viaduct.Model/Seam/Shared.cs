using System.Runtime.CompilerServices;
using Viaduct.Model.Running;
using Viaduct.Rings;

namespace Viaduct.Memory;

/// <summary>In the place of the product's class: the same members, but each access becomes a step that the explorer takes when it wants to.</summary>
internal static unsafe class Shared
{
    /// <remarks>More would be the same step again, without what stands around it, which nobody else sees.</remarks>
    public const int Looks = 1;

    public static ulong Acquire(ulong* word, [CallerFilePath] string file = "", [CallerMemberName] string member = "") =>
        Run.Current?.Load((byte*)word, sizeof(ulong), new Site(file, member)) ?? Volatile.Read(ref *word);

    public static uint Acquire(uint* word, [CallerFilePath] string file = "", [CallerMemberName] string member = "") =>
        (uint?)Run.Current?.Load((byte*)word, sizeof(uint), new Site(file, member)) ?? Volatile.Read(ref *word);

    /// <remarks>Without barriers nobody stays awake, and to look whether somebody does is nothing that the order of things depends on.</remarks>
    public static bool IsAwake(uint* word, [CallerFilePath] string file = "", [CallerMemberName] string member = "") =>
        Run.Current is { HasBarriers: false } run && run.Holds((byte*)word) ? false : (Acquire(word, file, member) & WaitEpoch.Awake) != 0;

    public static void Release(ulong* word, ulong value, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Volatile.Write(ref *word, value);
        Run.Current?.Store((byte*)word, sizeof(ulong), value, isRelease: true, new Site(file, member));
    }

    /// <remarks>One store where the processor has such; two are more that can go wrong.</remarks>
    public static void Release(ulong* word, ulong value, ulong second, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Write(word + 1, second, file, member);
        Release(word, value, file, member);
    }

    public static void Release(uint* word, uint value, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Volatile.Write(ref *word, value);
        Run.Current?.Store((byte*)word, sizeof(uint), value, isRelease: true, new Site(file, member));
    }

    public static T Read<T>(T* place, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
        where T : unmanaged
    {
        if (Run.Current is not { } run || !run.Holds((byte*)place))
        {
            return *place;
        }

        T value = default;
        for (int offset = 0; offset < sizeof(T); offset += sizeof(ulong))
        {
            *(ulong*)((byte*)&value + offset) = run.Load((byte*)place + offset, sizeof(ulong), new Site(file, member)) ?? 0;
        }

        return value;
    }

    public static void Write<T>(T* place, T value, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
        where T : unmanaged
    {
        *place = value;
        for (int offset = 0; offset < sizeof(T); offset += sizeof(ulong))
        {
            Run.Current?.Store((byte*)place + offset, sizeof(ulong), *(ulong*)((byte*)&value + offset), isRelease: false, new Site(file, member));
        }
    }

    public static void Write(ulong* place, ulong value, ulong second, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Write(place, value, file, member);
        Write(place + 1, second, file, member);
    }

    public static T ReadMessage<T>(byte* place, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        T value = Unsafe.ReadUnaligned<T>(place);
        if (Run.Current is { } run && run.Holds(place))
        {
            byte* bytes = (byte*)Unsafe.AsPointer(ref value);
            for (int offset = 0; offset < Unsafe.SizeOf<T>(); offset += sizeof(ulong))
            {
                *(ulong*)(bytes + offset) = run.Load(place + offset, sizeof(ulong), new Site(file, member)) ?? 0;
            }
        }

        return value;
    }

    public static void WriteMessage<T>(byte* place, in T message, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Unsafe.WriteUnaligned(place, message);
        for (int offset = 0; offset < Unsafe.SizeOf<T>(); offset += sizeof(ulong))
        {
            Run.Current?.Store(place + offset, sizeof(ulong), *(ulong*)(place + offset), isRelease: false, new Site(file, member));
        }
    }

    public static void WriteMessage(byte* place, ReadOnlySpan<byte> message, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        message.CopyTo(new Span<byte>(place, message.Length));
        for (int offset = 0; offset < message.Length; offset += sizeof(ulong))
        {
            Run.Current?.Store(place + offset, sizeof(ulong), *(ulong*)(place + offset), isRelease: false, new Site(file, member));
        }
    }

    public static void Increment(uint* word, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Interlocked.Increment(ref *word);
        Run.Current?.Add((byte*)word, 1, new Site(file, member));
    }

    public static void Decrement(uint* word, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        Interlocked.Decrement(ref *word);
        Run.Current?.Add((byte*)word, -1, new Site(file, member));
    }

    public static void Fence([CallerFilePath] string file = "", [CallerMemberName] string member = "") =>
        Run.Current?.Fence(StepKind.Fence, new Site(file, member));

    public static void Barrier(BarrierScope scope, [CallerFilePath] string file = "", [CallerMemberName] string member = "") =>
        Run.Current?.Fence(scope == BarrierScope.None ? StepKind.Fence : StepKind.Barrier, new Site(file, member));

    public static void ReadFence()
    {
        // Loads are done in order here: see what is not modelled in docs/memory-model.md.
    }

    public static void WriteFence([CallerFilePath] string file = "", [CallerMemberName] string member = "") =>
        Run.Current?.Fence(StepKind.WriteFence, new Site(file, member));
}
