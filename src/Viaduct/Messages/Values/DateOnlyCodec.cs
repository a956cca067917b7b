namespace Viaduct.Messages;

/// <summary>Days, counted from the first of January of the year 1.</summary>
internal sealed class DateOnlyCodec : ValueCodec<DateOnly>
{
    public static readonly DateOnlyCodec Instance = new();

    public override WireKind Kind => WireKind.Varint;

    public override string TypeName => "date";

    public override bool IsAbsent(in DateOnly value) => value.DayNumber == 0;

    public override DateOnly Absent(string field) => default;

    public override void WriteValue(ref WireWriter writer, in DateOnly value) => writer.WriteVarint((ulong)value.DayNumber);

    public override DateOnly ReadValue(ref WireReader reader)
    {
        ulong day = reader.ReadVarint();
        return day <= (ulong)DateOnly.MaxValue.DayNumber
            ? DateOnly.FromDayNumber((int)day)
            : throw new ProtocolViolationException($"{day} is no day: the last is {DateOnly.MaxValue.DayNumber}.");
    }
}
