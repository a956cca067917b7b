namespace Viaduct.Messages;

/// <summary>Durations, in ticks of 100 ns.</summary>
internal sealed class TimeSpanCodec : ValueCodec<TimeSpan>
{
    public static readonly TimeSpanCodec Instance = new();

    public override WireKind Kind => WireKind.Varint;

    public override string TypeName => "timespan";

    public override bool IsAbsent(in TimeSpan value) => value.Ticks == 0;

    public override TimeSpan Absent(string field) => default;

    public override void WriteValue(ref WireWriter writer, in TimeSpan value) => writer.WriteZigZag(value.Ticks);

    public override TimeSpan ReadValue(ref WireReader reader) => new(reader.ReadZigZag());
}
