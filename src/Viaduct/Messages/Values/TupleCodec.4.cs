namespace Viaduct.Messages;

/// <summary>Tuples of four: objects with fields 1 to 4.</summary>
internal sealed class TupleCodec<T1, T2, T3, T4>(ValueCodec<T1> item1, ValueCodec<T2> item2, ValueCodec<T3> item3, ValueCodec<T4> item4) : MessageCodec<(T1, T2, T3, T4)>
{
    private readonly uint _tag1 = (1u << MessageLimits.KindBits) | (uint)item1.Kind;
    private readonly uint _tag2 = (2u << MessageLimits.KindBits) | (uint)item2.Kind;
    private readonly uint _tag3 = (3u << MessageLimits.KindBits) | (uint)item3.Kind;
    private readonly uint _tag4 = (4u << MessageLimits.KindBits) | (uint)item4.Kind;

    public override string TypeName { get; } = $"({item1.TypeName}, {item2.TypeName}, {item3.TypeName}, {item4.TypeName})";

    public override void Write(ref WireWriter writer, in (T1, T2, T3, T4) value)
    {
        writer.Write(1, value.Item1, item1);
        writer.Write(2, value.Item2, item2);
        writer.Write(3, value.Item3, item3);
        writer.Write(4, value.Item4, item4);
    }

    public override (T1, T2, T3, T4) Read(ref WireReader reader)
    {
        (T1, T2, T3, T4) value = default;
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
            else if (tag == _tag4)
            {
                value.Item4 = item4.ReadValue(ref reader);
                seen |= 1 << 4;
            }
            else
            {
                Skip(ref reader, tag, isKnown: tag >> MessageLimits.KindBits is >= 1 and <= 4);
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

        if ((seen & (1 << 4)) == 0)
        {
            value.Item4 = item4.Absent("Item 4 of a tuple");
        }

        return value;
    }

    public override void Describe(SchemaBuilder schema)
    {
        item1.Describe(schema);
        item2.Describe(schema);
        item3.Describe(schema);
        item4.Describe(schema);
    }

    protected override void DescribeFields(SchemaBuilder schema)
    {
    }
}
