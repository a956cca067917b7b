namespace Viaduct.Messages;

/// <summary>Tuples of seven: objects with fields 1 to 7.</summary>
internal sealed class TupleCodec<T1, T2, T3, T4, T5, T6, T7>(ValueCodec<T1> item1, ValueCodec<T2> item2, ValueCodec<T3> item3, ValueCodec<T4> item4, ValueCodec<T5> item5, ValueCodec<T6> item6, ValueCodec<T7> item7) : MessageCodec<(T1, T2, T3, T4, T5, T6, T7)>
{
    private readonly uint _tag1 = (1u << MessageLimits.KindBits) | (uint)item1.Kind;
    private readonly uint _tag2 = (2u << MessageLimits.KindBits) | (uint)item2.Kind;
    private readonly uint _tag3 = (3u << MessageLimits.KindBits) | (uint)item3.Kind;
    private readonly uint _tag4 = (4u << MessageLimits.KindBits) | (uint)item4.Kind;
    private readonly uint _tag5 = (5u << MessageLimits.KindBits) | (uint)item5.Kind;
    private readonly uint _tag6 = (6u << MessageLimits.KindBits) | (uint)item6.Kind;
    private readonly uint _tag7 = (7u << MessageLimits.KindBits) | (uint)item7.Kind;

    public override string TypeName { get; } = $"({item1.TypeName}, {item2.TypeName}, {item3.TypeName}, {item4.TypeName}, {item5.TypeName}, {item6.TypeName}, {item7.TypeName})";

    public override void Write(ref WireWriter writer, in (T1, T2, T3, T4, T5, T6, T7) value)
    {
        writer.Write(1, value.Item1, item1);
        writer.Write(2, value.Item2, item2);
        writer.Write(3, value.Item3, item3);
        writer.Write(4, value.Item4, item4);
        writer.Write(5, value.Item5, item5);
        writer.Write(6, value.Item6, item6);
        writer.Write(7, value.Item7, item7);
    }

    public override (T1, T2, T3, T4, T5, T6, T7) Read(ref WireReader reader)
    {
        (T1, T2, T3, T4, T5, T6, T7) value = default;
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
            else if (tag == _tag5)
            {
                value.Item5 = item5.ReadValue(ref reader);
                seen |= 1 << 5;
            }
            else if (tag == _tag6)
            {
                value.Item6 = item6.ReadValue(ref reader);
                seen |= 1 << 6;
            }
            else if (tag == _tag7)
            {
                value.Item7 = item7.ReadValue(ref reader);
                seen |= 1 << 7;
            }
            else
            {
                Skip(ref reader, tag, isKnown: tag >> MessageLimits.KindBits is >= 1 and <= 7);
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

        if ((seen & (1 << 5)) == 0)
        {
            value.Item5 = item5.Absent("Item 5 of a tuple");
        }

        if ((seen & (1 << 6)) == 0)
        {
            value.Item6 = item6.Absent("Item 6 of a tuple");
        }

        if ((seen & (1 << 7)) == 0)
        {
            value.Item7 = item7.Absent("Item 7 of a tuple");
        }

        return value;
    }

    public override void Describe(SchemaBuilder schema)
    {
        item1.Describe(schema);
        item2.Describe(schema);
        item3.Describe(schema);
        item4.Describe(schema);
        item5.Describe(schema);
        item6.Describe(schema);
        item7.Describe(schema);
    }

    protected override void DescribeFields(SchemaBuilder schema)
    {
    }
}
