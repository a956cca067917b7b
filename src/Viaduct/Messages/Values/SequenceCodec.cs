using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Viaduct.Messages;

/// <summary>Lists, sets and other sequences.</summary>
/// <param name="element">The codec of the elements.</param>
/// <param name="from">Makes the sequence of its elements; may keep the array.</param>
internal sealed class SequenceCodec<TSequence, T>(ValueCodec<T> element, Func<T[], TSequence> from) : ValueCodec<TSequence>
    where TSequence : class, IEnumerable<T>
{
    private readonly ValueCodec<T> _element = ElementCodec<T>.For(element);

    public override WireKind Kind => WireKind.List;

    public override string TypeName { get; } = $"[{element.TypeName}]";

    public override TSequence Absent(string field) => from([]);

    public override void WriteValue(ref WireWriter writer, in TSequence value)
    {
        switch (value)
        {
            case null:
                GeneratedCode.Null<TSequence>($"A list of {element.TypeName}");
                break;
            case T[] array:
                Write(ref writer, array);
                break;
            case List<T> list:
                Write(ref writer, CollectionsMarshal.AsSpan(list));
                break;
            case ImmutableArray<T> immutable:
                Write(ref writer, immutable.AsSpan());
                break;
            default:
                Write(ref writer, value.ToArray());
                break;
        }
    }

    public override TSequence ReadValue(ref WireReader reader) => from(SequenceReader.Read(ref reader, _element));

    public override void Describe(SchemaBuilder schema) => element.Describe(schema);

    private void Write(ref WireWriter writer, ReadOnlySpan<T> items)
    {
        writer.BeginList(items.Length, _element.Kind);
        _element.WriteAll(ref writer, items);
        writer.EndList();
    }
}
