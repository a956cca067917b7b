namespace Viaduct.Messages;

/// <summary>Truth values.</summary>
internal sealed class BooleanCodec : ValueCodec<bool>
{
    public static readonly BooleanCodec Instance = new();

    public override WireKind Kind => WireKind.Varint;

    public override string TypeName => "bool";

    public override bool IsAbsent(in bool value) => !value;

    public override bool Absent(string field) => false;

    public override void WriteValue(ref WireWriter writer, in bool value) => writer.WriteVarint(value ? 1UL : 0);

    public override bool ReadValue(ref WireReader reader) => reader.ReadBoolean();
}
