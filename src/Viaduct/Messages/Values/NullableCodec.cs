namespace Viaduct.Messages;

/// <summary>Values that may be null.</summary>
internal sealed class NullableCodec<T>(ValueCodec<T> inner) : ValueCodec<T?>
    where T : struct
{
    public override WireKind Kind => inner.Kind;

    public override string TypeName { get; } = inner.TypeName + "?";

    public override bool IsOptional => true;

    public override bool IsAbsent(in T? value) => value is null;

    public override T? Absent(string field) => null;

    public override void WriteValue(ref WireWriter writer, in T? value) => inner.WriteValue(ref writer, value!.Value);

    public override T? ReadValue(ref WireReader reader) => inner.ReadValue(ref reader);

    public override void Describe(SchemaBuilder schema) => inner.Describe(schema);
}
