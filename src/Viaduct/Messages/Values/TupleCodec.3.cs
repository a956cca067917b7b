namespace Viaduct.Messages;

/// <summary>Tuples of three: objects with fields 1 to 3.</summary>
internal sealed class TupleCodec<T1, T2, T3>(ValueCodec<T1> item1, ValueCodec<T2> item2, ValueCodec<T3> item3) : MessageCodec<(T1, T2, T3)>
{
    private readonly uint _tag1 = (1u << MessageLimits.KindBits) | (uint)item1.Kind;
    private readonly uint _tag2 = (2u << MessageLimits.KindBits) | (uint)item2.Kind;
    private readonly uint _tag3 = (3u << MessageLimits.KindBits) | (uint)item3.Kind;

    public override string TypeName { get; } = $"({item1.TypeName}, {item2.TypeName}, {item3.TypeName})";

    public override void Write(ref WireWriter writer, in (T1, T2, T3) value)
    {
        writer.Write(1, value.Item1, item1);
        writer.Write(2, value.Item2, item2);
        writer.Write(3, value.Item3, item3);
    }

    public override (T1, T2, T3) Read(ref WireReader reader)
    {
        (T1, T2, T3) value = default;
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
            else if (tag == _tag3)
            {
                value.Item3 = item3.ReadValue(ref reader);
                seen |= 1 << 3;
            }
            else
            {
                Skip(ref reader, tag, isKnown: tag >> MessageLimits.KindBits is >= 1 and <= 3);
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

        if ((seen & (1 << 3)) == 0)
        {
            value.Item3 = item3.Absent("Item 3 of a tuple");
        }

        return value;
    }

    public override void Describe(SchemaBuilder schema)
    {
        item1.Describe(schema);
        item2.Describe(schema);
        item3.Describe(schema);
    }

    protected override void DescribeFields(SchemaBuilder schema)
    {
    }
}
