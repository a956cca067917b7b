using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

/// <summary>Every type that has one value.</summary>
[Message]
public sealed record Scalars
{
    public bool Boolean { get; init; }

    public char Char { get; init; }

    public sbyte SByte { get; init; }

    public short Int16 { get; init; }

    public int Int32 { get; init; }

    public long Int64 { get; init; }

    public byte Byte { get; init; }

    public ushort UInt16 { get; init; }

    public uint UInt32 { get; init; }

    public ulong UInt64 { get; init; }

    public Half Half { get; init; }

    public float Single { get; init; }

    public double Double { get; init; }

    public decimal Decimal { get; init; }

    public Int128 Int128 { get; init; }

    public UInt128 UInt128 { get; init; }

    public Guid Guid { get; init; }

    public DateTime DateTime { get; init; }

    public DateTimeOffset DateTimeOffset { get; init; }

    public TimeSpan TimeSpan { get; init; }

    public DateOnly DateOnly { get; init; }

    public TimeOnly TimeOnly { get; init; }

    public required string String { get; init; }

    public Color Color { get; init; }

    public Grade Grade { get; init; }
}
