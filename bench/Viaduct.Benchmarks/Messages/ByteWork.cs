using System.Numerics;
using System.Runtime.InteropServices;

namespace Viaduct.Benchmarks.Messages;

/// <summary>What caller and callee do with the bytes of a call: each reads all of them, and each writes all of them. Lengths are multiples of a vector.</summary>
internal static class ByteWork
{
    /// <summary>What the callee does: reads all, writes all. Both may be the same memory.</summary>
    public static void Invert(ReadOnlySpan<byte> from, Span<byte> to)
    {
        ReadOnlySpan<Vector<ulong>> source = MemoryMarshal.Cast<byte, Vector<ulong>>(from);
        Span<Vector<ulong>> target = MemoryMarshal.Cast<byte, Vector<ulong>>(to)[..source.Length];
        for (int i = 0; i < source.Length; i++)
        {
            target[i] = ~source[i];
        }
    }

    /// <summary>What the caller does with the answer: reads all.</summary>
    /// <exception cref="InvalidOperationException">They are not what <see cref="Invert"/> makes of <paramref name="written"/>.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, byte written)
    {
        var expected = new Vector<ulong>(0x0101_0101_0101_0101UL * (byte)~written);
        Vector<ulong> different = Vector<ulong>.Zero;
        foreach (Vector<ulong> some in MemoryMarshal.Cast<byte, Vector<ulong>>(bytes))
        {
            different |= some ^ expected;
        }

        if (different != Vector<ulong>.Zero)
        {
            throw new InvalidOperationException("the answer's bytes are not the inverse of those that were sent");
        }
    }
}
