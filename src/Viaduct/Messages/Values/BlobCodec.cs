namespace Viaduct.Messages;

/// <summary>Blobs: the number of one that goes beside the message, or its bytes where none can.</summary>
internal sealed class BlobCodec : ValueCodec<Blob>
{
    public static readonly BlobCodec Instance = new();

    private const int NumberField = 1;
    private const int BytesField = 2;

    public override WireKind Kind => WireKind.Object;

    public override string TypeName => "blob";

    public override void Describe(SchemaBuilder schema) => schema.NoteBlob();

    public override void WriteValue(ref WireWriter writer, in Blob value)
    {
        Blob blob = value ?? GeneratedCode.Null<Blob>("A blob");
        writer.BeginObject();
        int number = writer.Attach(blob);
        if (number >= 0)
        {
            writer.WriteTag(NumberField, WireKind.Varint);
            writer.WriteVarint((uint)number);
        }
        else
        {
            writer.WriteTag(BytesField, WireKind.Bytes);
            writer.WriteBytes(blob.ReadOnlySpan);
        }

        writer.EndObject();
    }

    public override Blob ReadValue(ref WireReader reader)
    {
        Blob? blob = null;
        try
        {
            reader.BeginObject();
            while (reader.TryReadTag(out uint tag))
            {
                switch (tag)
                {
                    case (NumberField << MessageLimits.KindBits) | (uint)WireKind.Varint when blob is null:
                        blob = reader.Detach(reader.ReadVarint());
                        break;
                    case (BytesField << MessageLimits.KindBits) | (uint)WireKind.Bytes when blob is null:
                        ReadOnlySpan<byte> bytes = reader.ReadBytes();
                        blob = Blob.AllocateUninitialized(bytes.Length);
                        bytes.CopyTo(blob.Span);
                        break;
                    default:
                        GeneratedCode.Skip(ref reader, tag, tag >> MessageLimits.KindBits is NumberField or BytesField, "a blob");
                        break;
                }
            }
        }
        catch
        {
            Drop(blob);
            throw;
        }

        return blob ?? throw new ProtocolViolationException("A blob came without its number and without bytes.");
    }

    private static void Drop(Blob? blob)
    {
        if (blob is { IsLent: false })
        {
            blob.Dispose();
        }
    }
}
