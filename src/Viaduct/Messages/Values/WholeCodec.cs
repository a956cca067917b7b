namespace Viaduct.Messages;

/// <summary>A value that is not an object, as a whole message: an object with the value in field 1.</summary>
internal sealed class WholeCodec<T>(ValueCodec<T> inner) : MessageCodec<T>
{
    public override string TypeName => inner.TypeName;

    public override bool IsOptional => inner.IsOptional;

    public override void Write(ref WireWriter writer, in T value) => writer.Write(1, value, inner);

    public override T Read(ref WireReader reader)
    {
        T value = default!;
        bool isThere = false;
        uint expected = (1u << MessageLimits.KindBits) | (uint)inner.Kind;
        while (reader.TryReadTag(out uint tag))
        {
            if (tag == expected)
            {
                value = inner.ReadValue(ref reader);
                isThere = true;
            }
            else
            {
                Skip(ref reader, tag, isKnown: tag >> MessageLimits.KindBits == 1);
            }
        }

        return isThere ? value : inner.Absent("The value");
    }

    protected override string Word => "value";

    protected override void DescribeFields(SchemaBuilder schema) => schema.Field(1, "Value", inner);
}
