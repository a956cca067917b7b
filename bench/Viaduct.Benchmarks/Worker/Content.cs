using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Viaduct.Benchmarks.Worker;

/// <summary>
/// What a sender does with a message's bytes and what a receiver does: all of it, one byte of every cache line (a receiver that
/// uses its message reads at least that); or, of a message that stays untouched, one byte each.
/// </summary>
internal readonly struct Content
{
    private const int LineBytes = 64;

    private readonly bool _touched;

    public Content(bool touched)
    {
        _touched = touched;
    }

    public void Fill(Span<byte> message, byte value)
    {
        if (_touched)
        {
            message.Fill(value);
        }
        else
        {
            message[0] = value;
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
}
