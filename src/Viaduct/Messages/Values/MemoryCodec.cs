namespace Viaduct.Messages;

/// <summary>Bytes in memory of any kind; what is read is an array of its own. None at all are not written.</summary>
internal sealed class MemoryCodec : ValueCodec<Memory<byte>>
{
    public static readonly MemoryCodec Instance = new();

    public override WireKind Kind => WireKind.Bytes;

    public override string TypeName => "bytes";

    public override bool IsAbsent(in Memory<byte> value) => value.IsEmpty;

    public override Memory<byte> Absent(string field) => default;

    public override void WriteValue(ref WireWriter writer, in Memory<byte> value) => writer.WriteBytes(value.Span);

    public override Memory<byte> ReadValue(ref WireReader reader) => reader.ReadBytes().ToArray();
}
