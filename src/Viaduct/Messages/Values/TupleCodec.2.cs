namespace Viaduct.Messages;

/// <summary>Tuples of two: objects with fields 1 to 2.</summary>
internal sealed class TupleCodec<T1, T2>(ValueCodec<T1> item1, ValueCodec<T2> item2) : MessageCodec<(T1, T2)>
{
    private readonly uint _tag1 = (1u << MessageLimits.KindBits) | (uint)item1.Kind;
    private readonly uint _tag2 = (2u << MessageLimits.KindBits) | (uint)item2.Kind;

    public override string TypeName { get; } = $"({item1.TypeName}, {item2.TypeName})";

    public override void Write(ref WireWriter writer, in (T1, T2) value)
    {
        writer.Write(1, value.Item1, item1);
        writer.Write(2, value.Item2, item2);
    }

    public override (T1, T2) Read(ref WireReader reader)
    {
        (T1, T2) value = default;
        int seen = 0;
        while (reader.TryReadTag(out uint tag))
        {
            if (tag == _tag1)
            {
                value.Item1 = item1.ReadValue(ref reader);
                seen |= 1 << 1;
            }
            else if (tag == _tag2)
            {
                value.Item2 = item2.ReadValue(ref reader);
                seen |= 1 << 2;
            }
            else
            {
                Skip(ref reader, tag, isKnown: tag >> MessageLimits.KindBits is >= 1 and <= 2);
            }
        }

        if ((seen & (1 << 1)) == 0)
        {
            value.Item1 = item1.Absent("Item 1 of a tuple");
        }

        if ((seen & (1 << 2)) == 0)
        {
            value.Item2 = item2.Absent("Item 2 of a tuple");
        }

        return value;
    }

    public override void Describe(SchemaBuilder schema)
    {
        item1.Describe(schema);
        item2.Describe(schema);
    }

    protected override void DescribeFields(SchemaBuilder schema)
    {
    }
}
