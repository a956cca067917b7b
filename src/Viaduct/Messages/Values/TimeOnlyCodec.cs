namespace Viaduct.Messages;

/// <summary>Times of the day, in ticks of 100 ns.</summary>
internal sealed class TimeOnlyCodec : ValueCodec<TimeOnly>
{
    public static readonly TimeOnlyCodec Instance = new();

    public override WireKind Kind => WireKind.Varint;

    public override string TypeName => "time";

    public override bool IsAbsent(in TimeOnly value) => value.Ticks == 0;

    public override TimeOnly Absent(string field) => default;

    public override void WriteValue(ref WireWriter writer, in TimeOnly value) => writer.WriteVarint((ulong)value.Ticks);

    public override TimeOnly ReadValue(ref WireReader reader)
    {
        ulong ticks = reader.ReadVarint();
        return ticks < TimeSpan.TicksPerDay
            ? new TimeOnly((long)ticks)
            : throw new ProtocolViolationException($"{ticks} ticks are no time of the day, which has {TimeSpan.TicksPerDay}.");
    }
}
