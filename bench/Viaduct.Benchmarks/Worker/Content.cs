using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Viaduct.Benchmarks.Worker;

/// <summary>
/// What a sender does with a message's bytes and what a receiver does: all of it, one byte of every cache line (a receiver that
/// uses its message reads at least that); or, of a message that stays untouched, one byte each.
/// </summary>
internal readonly unsafe partial struct Content
{
    private const int LineBytes = 64;

    /// <summary>From here on the C library fills, as in the programs of bench/native: how it writes shows in how fast the other core reads.</summary>
    private const int LibraryFrom = 512;

    /// <summary>Up to here a call is too short to tell the garbage collector of.</summary>
    private const int ShortUpTo = 16 << 10;

    private readonly bool _touched;

    public Content(bool touched)
    {
        _touched = touched;
    }

    public void Fill(Span<byte> message, byte value)
    {
        if (!_touched)
        {
            message[0] = value;
        }
        else if (message.Length < LibraryFrom)
        {
            message.Fill(value);
        }
        else
        {
            fixed (byte* first = message)
            {
                _ = message.Length <= ShortUpTo
                    ? memset_short(first, value, (nuint)message.Length)
                    : memset(first, value, (nuint)message.Length);
            }
        }
    }

    public long Look(ReadOnlySpan<byte> message)
    {
        long sum = 0;
        ref byte first = ref MemoryMarshal.GetReference(message);
        nuint length = _touched ? (nuint)message.Length : 1;
        for (nuint offset = 0; offset < length; offset += LineBytes)
        {
            sum += Unsafe.Add(ref first, offset);
        }

        return sum;
    }

    [LibraryImport("libc")]
    private static partial void* memset(void* destination, int value, nuint count);

    [LibraryImport("libc", EntryPoint = "memset")]
    [SuppressGCTransition]
    private static partial void* memset_short(void* destination, int value, nuint count);
}
