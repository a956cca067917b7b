using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Model.Scenarios;

/// <summary>Writes a letter's number into its first eight bytes and the number's complement into a later word, through the seam; all other bytes stay as they are.</summary>
internal sealed unsafe class LetterFormat : MessageFormat<Letter>
{
    public override int Measure(in Letter message) => message.Length;

    public override void Write(in Letter message, Span<byte> destination)
    {
        byte* first = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(destination));
        Shared.Write((ulong*)first, message.Number);
        if (destination.Length > sizeof(ulong))
        {
            Shared.Write((ulong*)(first + Last(destination.Length)), ~message.Number);
        }
    }

    public override Letter Read(RecordReader reader, bool leased)
    {
        ulong number = Shared.Read((ulong*)reader.Payload);
        return new Letter(
            number, reader.Length, reader.Length > sizeof(ulong) && Shared.Read((ulong*)(reader.Payload + Last(reader.Length))) != ~number);
    }

    public override Letter Read(ReadOnlySpan<byte> bytes, ISegments? segments) => new(MemoryMarshal.Read<ulong>(bytes), bytes.Length);

    /// <summary>In the message's first cache line, so that a message can be of a size that the memory need not have.</summary>
    private static int Last(int length) => Math.Min(length & ~7, 64) - sizeof(ulong);
}
