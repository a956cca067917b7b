using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Viaduct.Memory;

/// <summary>Copies of few bytes, as frames of calls are: a call of the general way takes as long as these.</summary>
internal static class FewBytes
{
    /// <summary>Copies bytes to where there is room for them. The two do not overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(ReadOnlySpan<byte> from, ref byte to)
    {
        ref byte first = ref MemoryMarshal.GetReference(from);
        nuint length = (uint)from.Length;
        if (length is >= 8 and <= 16)
        {
            ulong tail = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, length - 8));
            Unsafe.WriteUnaligned(ref to, Unsafe.ReadUnaligned<ulong>(ref first));
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, length - 8), tail);
        }
        else if (length is > 16 and <= 32)
        {
            Vector128<byte> tail = Vector128.LoadUnsafe(ref first, length - 16);
            Vector128.LoadUnsafe(ref first).StoreUnsafe(ref to);
            tail.StoreUnsafe(ref to, length - 16);
        }
        else
        {
            from.CopyTo(MemoryMarshal.CreateSpan(ref to, from.Length));
        }
    }
}
