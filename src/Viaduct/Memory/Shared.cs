using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Viaduct.Linux;
using Viaduct.Rings;

namespace Viaduct.Memory;

/// <summary>
/// The accesses to memory that another process, or a thread under no common lock, looks at. Whoever writes such memory or reads
/// what another wrote does it through here and nowhere else, so that the memory model's explorer, which puts a class
/// of its own in this one's place, runs the very code of the product. What a process alone writes it may read back directly.
/// </summary>
internal static unsafe class Shared
{
    /// <summary>So often who waits looks for a word before it does what stands around a look, which takes longer than one.</summary>
    public const int Looks = 16;

    private const int Word = sizeof(ulong);

    /// <summary>Larger messages than a cache line are copied as the runtime likes.</summary>
    private const int MostWords = 8;

    /// <summary>Reads a word; nothing that follows is done before it. Pairs with a <see cref="Release(ulong*, ulong)"/> of the other side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Acquire(ulong* word) => Volatile.Read(ref *word);

    /// <inheritdoc cref="Acquire(ulong*)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Acquire(uint* word) => Volatile.Read(ref *word);

    /// <summary>Whether whom a waiting word tells of is <see cref="WaitEpoch.Awake"/>. As an <see cref="Acquire(uint*)"/>; the barrier of who lies down stands for the fence before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAwake(uint* word) => (Acquire(word) & WaitEpoch.Awake) != 0;

    /// <summary>Writes a word after all that precedes it. Pairs with an <see cref="Acquire(ulong*)"/> of the other side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Release(ulong* word, ulong value) => Volatile.Write(ref *word, value);

    /// <summary>As <see cref="Release(ulong*, ulong)"/>, and writes the word behind it before. Both lie in 16 bytes of their own, so that they can be one store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Release(ulong* word, ulong value, ulong second)
    {
        if (Avx.IsSupported)
        {
            // Where it is aligned, such a store is done at once as a whole: so say both makers of processors that have AVX.
            Volatile.WriteBarrier();
            Vector128.Create(value, second).StoreAligned(word);
        }
        else
        {
            Write(word + 1, second);
            Release(word, value);
        }
    }

    /// <inheritdoc cref="Release(ulong*, ulong)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Release(uint* word, uint value) => Volatile.Write(ref *word, value);

    /// <summary>Reads what an earlier <see cref="Acquire(ulong*)"/> made visible.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Read<T>(T* place)
        where T : unmanaged => *place;

    /// <summary>Writes what a later <see cref="Release(ulong*, ulong)"/> makes visible.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<T>(T* place, T value)
        where T : unmanaged => *place = value;

    /// <inheritdoc cref="Write{T}(T*, T)"/>
    /// <remarks>Of its own, since what is generic over a type of the framework's is not always compiled ahead (ReadyToRun).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ulong* place, ulong value) => *place = value;

    /// <summary>Writes two words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ulong* place, ulong value, ulong second) => Vector128.Create(value, second).Store(place);

    /// <summary>Reads a message's bytes as they are; as <see cref="Read"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ReadMessage<T>(byte* place) => Unsafe.ReadUnaligned<T>(place);

    /// <summary>Writes a message's bytes as they are; as <see cref="Write{T}(T*, T)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteMessage<T>(byte* place, in T message)
    {
        if (Unsafe.SizeOf<T>() is <= Word or > MostWords * Word || Unsafe.SizeOf<T>() % Word != 0)
        {
            Unsafe.WriteUnaligned(place, message);
            return;
        }

        // Read word by word, as most messages were made just before: a wider load would have to wait until those stores have reached the cache.
        // Written four words, or two, at a time: each store waits its turn in the processor until the reader's core has given the line up. Some of four words lie in two lines,
        // which makes them two.
        ref byte first = ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in message));
        if (Unsafe.SizeOf<T>() > 3 * Word)
        {
            CopyFour(place, ref first, 0);
        }
        else
        {
            CopyPair(place, ref first, 0);
        }

        if (Unsafe.SizeOf<T>() > 7 * Word)
        {
            CopyFour(place, ref first, 4);
        }
        else if (Unsafe.SizeOf<T>() > 5 * Word)
        {
            CopyPair(place, ref first, 4);
        }

        if (Unsafe.SizeOf<T>() / Word % 2 != 0)
        {
            int last = (Unsafe.SizeOf<T>() / Word) - 1;
            Unsafe.WriteUnaligned(place + (last * Word), WordAt(ref first, last));
        }
    }

    /// <summary>Writes a message that is these bytes; as <see cref="Write{T}(T*, T)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteMessage(byte* place, ReadOnlySpan<byte> message) => FewBytes.Copy(message, ref *place);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyFour(byte* place, ref byte first, int index)
    {
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256.Create(WordAt(ref first, index), WordAt(ref first, index + 1), WordAt(ref first, index + 2), WordAt(ref first, index + 3)).Store((ulong*)(place + (index * Word)));
        }
        else
        {
            CopyPair(place, ref first, index);
            CopyPair(place, ref first, index + 2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyPair(byte* place, ref byte first, int index) =>
        Vector128.Create(WordAt(ref first, index), WordAt(ref first, index + 1)).Store((ulong*)(place + (index * Word)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong WordAt(ref byte first, int index) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref first, index * Word));

    /// <summary>Adds one as a single step, and is a <see cref="Fence"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Increment(uint* word) => Interlocked.Increment(ref *word);

    /// <summary>Takes one away as a single step, and is a <see cref="Fence"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decrement(uint* word) => Interlocked.Decrement(ref *word);

    /// <summary>Store → load, and every other order: what precedes is seen by all before what follows is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fence() => Interlocked.MemoryBarrier();

    /// <summary>A <see cref="Fence"/> of every thread in reach: each has done it when this returns. Some microseconds.</summary>
    public static void Barrier(BarrierScope scope)
    {
        if (scope == BarrierScope.Process)
        {
            Interlocked.MemoryBarrierProcessWide();
        }
        else
        {
            Barriers.Issue();
        }
    }

    /// <summary>Load → load and load → store: what precedes was read before what follows is done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ReadFence() => Volatile.ReadBarrier();

    /// <summary>Store → store and load → store: what precedes is done before what follows is written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteFence() => Volatile.WriteBarrier();
}
