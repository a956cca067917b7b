using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Viaduct.Memory;

namespace Viaduct.Links;

/// <summary>Messages between threads whose bytes are a loan's own memory.</summary>
internal static class LoanedMemory
{
    /// <summary>Replaces loaned bytes by a copy that outlives the loan; other messages stay as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Detach<T>(ref T message)
    {
        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            ref ReadOnlyMemory<byte> bytes = ref Unsafe.As<T, ReadOnlyMemory<byte>>(ref message);
            if (MemoryMarshal.TryGetMemoryManager<byte, Chunk>(bytes, out _))
            {
                bytes = bytes.ToArray();
            }
        }
    }
}
