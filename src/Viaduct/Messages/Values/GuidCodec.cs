namespace Viaduct.Messages;

/// <summary>Identities: 16 bytes in the order in which they read (RFC 9562, big-endian).</summary>
internal sealed class GuidCodec : ValueCodec<Guid>
{
    public static readonly GuidCodec Instance = new();

    public override WireKind Kind => WireKind.Bytes;

    public override string TypeName => "guid";

    public override bool IsAbsent(in Guid value) => value == Guid.Empty;

    public override Guid Absent(string field) => Guid.Empty;

    public override void WriteValue(ref WireWriter writer, in Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        writer.WriteBytes(bytes);
    }

    public override Guid ReadValue(ref WireReader reader) => new(SixteenBytes.Read(ref reader, TypeName), bigEndian: true);
}
