namespace Viaduct.Messages;

/// <summary>Bytes that are read in memory of any kind; what is read is an array of its own. None at all are not written.</summary>
internal sealed class ReadOnlyMemoryCodec : ValueCodec<ReadOnlyMemory<byte>>
{
    public static readonly ReadOnlyMemoryCodec Instance = new();

    public override WireKind Kind => WireKind.Bytes;

    public override string TypeName => "bytes";

    public override bool IsAbsent(in ReadOnlyMemory<byte> value) => value.IsEmpty;

    public override ReadOnlyMemory<byte> Absent(string field) => default;

    public override void WriteValue(ref WireWriter writer, in ReadOnlyMemory<byte> value) => writer.WriteBytes(value.Span);

    public override ReadOnlyMemory<byte> ReadValue(ref WireReader reader) => reader.ReadBytes().ToArray();
}
