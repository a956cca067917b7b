namespace Viaduct.Messages;

/// <summary>
/// Points in time: <see cref="DateTime.ToBinary"/>, ticks of 100 ns since the year 1 and, in the highest two bits, the kind (0 unspecified, 1 UTC).
/// Local times become UTC, since another machine's local time is another.
/// </summary>
internal sealed class DateTimeCodec : ValueCodec<DateTime>
{
    public static readonly DateTimeCodec Instance = new();

    private const int KindShift = 62;
    private const ulong TicksMask = (1UL << KindShift) - 1;

    public override WireKind Kind => WireKind.Fixed64;

    public override string TypeName => "datetime";

    public override bool IsAbsent(in DateTime value) => value is { Ticks: 0, Kind: DateTimeKind.Unspecified };

    public override DateTime Absent(string field) => default;

    public override void WriteValue(ref WireWriter writer, in DateTime value)
    {
        DateTime sent = value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value;
        writer.WriteFixed64((ulong)sent.Ticks | ((ulong)sent.Kind << KindShift));
    }

    public override DateTime ReadValue(ref WireReader reader)
    {
        ulong bits = reader.ReadFixed64();
        ulong ticks = bits & TicksMask;
        ulong kind = bits >> KindShift;
        return ticks <= (ulong)DateTime.MaxValue.Ticks && kind <= (ulong)DateTimeKind.Utc
            ? new DateTime((long)ticks, (DateTimeKind)kind)
            : throw new ProtocolViolationException($"{bits:x16} is no point in time.");
    }
}
