namespace Viaduct.Messages;

/// <summary>An element of a list that may be null: an object with the value in field 1, or without.</summary>
internal sealed class ElementCodec<T>(ValueCodec<T> inner) : ValueCodec<T>
{
    public override WireKind Kind => WireKind.Object;

    public override string TypeName => inner.TypeName;

    public override void WriteValue(ref WireWriter writer, in T value)
    {
        writer.BeginObject();
        writer.Write(1, value, inner);
        writer.EndObject();
    }

    public override T ReadValue(ref WireReader reader)
    {
        T value = inner.Absent("An element");
        uint expected = (1u << MessageLimits.KindBits) | (uint)inner.Kind;
        reader.BeginObject();
        while (reader.TryReadTag(out uint tag))
        {
            if (tag == expected)
            {
                value = inner.ReadValue(ref reader);
            }
            else if (tag >> MessageLimits.KindBits == 1)
            {
                throw GeneratedCode.WrongKind("an element", tag);
            }
            else
            {
                reader.Skip(tag);
            }
        }

        return value;
    }

    public override void Describe(SchemaBuilder schema) => inner.Describe(schema);

    /// <summary>The codec of a list's elements of a type.</summary>
    internal static ValueCodec<T> For(ValueCodec<T> element) => element.IsOptional ? new ElementCodec<T>(element) : element;
}
