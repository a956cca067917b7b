using System.Runtime.CompilerServices;

namespace Viaduct.Messages;

/// <summary>Enumerations, as the integers that they are: one that has no name here is read all the same.</summary>
internal sealed class EnumCodec<TEnum, TUnderlying>(ValueCodec<TUnderlying> underlying, string typeName, string members) : ValueCodec<TEnum>
    where TEnum : unmanaged, Enum
    where TUnderlying : unmanaged
{
    public override WireKind Kind => WireKind.Varint;

    public override string TypeName => typeName;

    public override bool IsAbsent(in TEnum value) => underlying.IsAbsent(Unsafe.BitCast<TEnum, TUnderlying>(value));

    public override TEnum Absent(string field) => default;

    public override void WriteValue(ref WireWriter writer, in TEnum value) =>
        underlying.WriteValue(ref writer, Unsafe.BitCast<TEnum, TUnderlying>(value));

    public override TEnum ReadValue(ref WireReader reader) => Unsafe.BitCast<TUnderlying, TEnum>(underlying.ReadValue(ref reader));

    public override void Describe(SchemaBuilder schema) => schema.DeclareEnum(typeName, underlying.TypeName, members);
}
