using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Viaduct.Benchmarks.Worker;

/// <summary>Reads one byte of every cache line, as a receiver that uses its message must at least.</summary>
internal static class CacheLines
{
    private const int LineBytes = 64;

    public static long Touch(ReadOnlySpan<byte> message)
    {
        long sum = 0;
        ref byte first = ref MemoryMarshal.GetReference(message);
        for (nuint offset = 0; offset < (nuint)message.Length; offset += LineBytes)
        {
            sum += Unsafe.Add(ref first, offset);
        }

        return sum;
    }
}
