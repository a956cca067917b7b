using System.Runtime.CompilerServices;

namespace Viaduct.Messages;

public ref partial struct WireReader
{
    /// <summary>Reads a truth value.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="ProtocolViolationException">There is none.</exception>
    public bool ReadBoolean() => ReadUnsigned(1) != 0;

    /// <summary>Reads a number of a field of type <see cref="byte"/>.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="ProtocolViolationException">There is none, or it is out of the type's range.</exception>
    public byte ReadByte() => (byte)ReadUnsigned(byte.MaxValue);

    /// <summary>Reads a number of a field of type <see cref="ushort"/>.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="ProtocolViolationException">There is none, or it is out of the type's range.</exception>
    public ushort ReadUInt16() => (ushort)ReadUnsigned(ushort.MaxValue);

    /// <summary>Reads a number of a field of type <see cref="uint"/>.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="ProtocolViolationException">There is none, or it is out of the type's range.</exception>
    public uint ReadUInt32() => (uint)ReadUnsigned(uint.MaxValue);

    /// <summary>Reads a UTF-16 code unit.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="ProtocolViolationException">There is none, or it is out of the type's range.</exception>
    public char ReadChar() => (char)ReadUnsigned(char.MaxValue);

    /// <summary>Reads a number of a field of type <see cref="sbyte"/>.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="ProtocolViolationException">There is none, or it is out of the type's range.</exception>
    public sbyte ReadSByte() => (sbyte)ReadSigned(sbyte.MinValue, sbyte.MaxValue);

    /// <summary>Reads a number of a field of type <see cref="short"/>.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="ProtocolViolationException">There is none, or it is out of the type's range.</exception>
    public short ReadInt16() => (short)ReadSigned(short.MinValue, short.MaxValue);

    /// <summary>Reads a number of a field of type <see cref="int"/>.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="ProtocolViolationException">There is none, or it is out of the type's range.</exception>
    public int ReadInt32() => (int)ReadSigned(int.MinValue, int.MaxValue);

    /// <summary>Reads a number of a field of type <see cref="ulong"/>.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="ProtocolViolationException">There is none.</exception>
    public ulong ReadUInt64() => ReadVarint();

    /// <summary>Reads a number of a field of type <see cref="long"/>.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="ProtocolViolationException">There is none.</exception>
    public long ReadInt64() => ReadZigZag();

    /// <summary>Reads a number of single precision.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="ProtocolViolationException">There is none.</exception>
    public float ReadSingle() => BitConverter.UInt32BitsToSingle(ReadFixed32());

    /// <summary>Reads a number of double precision.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="ProtocolViolationException">There is none.</exception>
    public double ReadDouble() => BitConverter.UInt64BitsToDouble(ReadFixed64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong ReadUnsigned(ulong largest)
    {
        ulong value = ReadVarint();
        return value <= largest ? value : throw OutOfRange(value, 0UL, largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long ReadSigned(long smallest, long largest)
    {
        long value = ReadZigZag();
        return value >= smallest && value <= largest ? value : throw OutOfRange(value, smallest, largest);
    }

    private static ProtocolViolationException OutOfRange<T>(T value, T smallest, T largest) => new($"{value} was found where {smallest} to {largest} was expected.");
}
