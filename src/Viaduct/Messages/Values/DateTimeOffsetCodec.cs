namespace Viaduct.Messages;

/// <summary>Points in time with an offset from UTC: an object of 1 the UTC ticks and 2 the offset in minutes.</summary>
internal sealed class DateTimeOffsetCodec : MessageCodec<DateTimeOffset>
{
    public static readonly DateTimeOffsetCodec Instance = new();

    private const int MaxOffset = 14 * 60;

    public override string TypeName => "datetimeoffset";

    public override void Write(ref WireWriter writer, in DateTimeOffset value)
    {
        writer.WriteUInt64(1, (ulong)value.UtcTicks);
        writer.WriteInt32(2, value.TotalOffsetMinutes);
    }

    public override DateTimeOffset Read(ref WireReader reader)
    {
        ulong ticks = 0;
        int offset = 0;
        while (reader.TryReadTag(out uint tag))
        {
            switch (tag)
            {
                case (1 << MessageLimits.KindBits) | (uint)WireKind.Varint:
                    ticks = reader.ReadVarint();
                    break;
                case (2 << MessageLimits.KindBits) | (uint)WireKind.Varint:
                    offset = reader.ReadInt32();
                    break;
                default:
                    Skip(ref reader, tag, isKnown: tag >> MessageLimits.KindBits is 1 or 2);
                    break;
            }
        }

        long most = DateTime.MaxValue.Ticks;
        bool isValid = offset is >= -MaxOffset and <= MaxOffset && ticks <= (ulong)most;
        long clock = isValid ? (long)ticks + (offset * TimeSpan.TicksPerMinute) : -1;
        return clock >= 0 && clock <= most
            ? new DateTimeOffset(clock, TimeSpan.FromMinutes(offset))
            : throw new ProtocolViolationException($"{ticks} ticks with an offset of {offset} minutes are no point in time.");
    }

    public override void Describe(SchemaBuilder schema)
    {
    }

    protected override void DescribeFields(SchemaBuilder schema)
    {
    }
}
