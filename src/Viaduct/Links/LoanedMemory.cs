using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Viaduct.Memory;

namespace Viaduct.Links;

/// <summary>Messages between threads whose bytes are a loan's own memory.</summary>
internal static class LoanedMemory
{
    /// <summary>Whether a message's bytes are a loan's own memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds<T>(ref T message) =>
        typeof(T) == typeof(ReadOnlyMemory<byte>) && MemoryMarshal.TryGetMemoryManager<byte, Chunk>(Unsafe.As<T, ReadOnlyMemory<byte>>(ref message), out _);

    /// <summary>Replaces loaned bytes by a copy that outlives the loan; other messages stay as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Detach<T>(ref T message)
    {
        if (Holds(ref message))
        {
            ref ReadOnlyMemory<byte> bytes = ref Unsafe.As<T, ReadOnlyMemory<byte>>(ref message);
            bytes = bytes.ToArray();
        }
    }
}
