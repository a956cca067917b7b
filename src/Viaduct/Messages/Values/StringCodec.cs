namespace Viaduct.Messages;

/// <summary>Text.</summary>
internal sealed class StringCodec : ValueCodec<string>
{
    public static readonly StringCodec Instance = new();

    public override WireKind Kind => WireKind.Bytes;

    public override string TypeName => "string";

    public override void WriteValue(ref WireWriter writer, in string value) => writer.WriteString(value ?? GeneratedCode.Null<string>("A text"));

    public override string ReadValue(ref WireReader reader) => reader.ReadString();
}
