namespace Viaduct.Messages;

/// <summary>Bytes in an array of their own.</summary>
internal sealed class ByteArrayCodec : ValueCodec<byte[]>
{
    public static readonly ByteArrayCodec Instance = new();

    public override WireKind Kind => WireKind.Bytes;

    public override string TypeName => "bytes";

    public override byte[] Absent(string field) => [];

    public override void WriteValue(ref WireWriter writer, in byte[] value) => writer.WriteBytes(value ?? GeneratedCode.Null<byte[]>("An array of bytes"));

    public override byte[] ReadValue(ref WireReader reader) => reader.ReadBytes().ToArray();
}
