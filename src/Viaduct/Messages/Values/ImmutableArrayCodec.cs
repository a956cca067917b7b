using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Viaduct.Messages;

/// <summary>Immutable arrays. The default one, which has no array, is not written and is read as an empty one.</summary>
internal sealed class ImmutableArrayCodec<T>(ValueCodec<T> element) : ValueCodec<ImmutableArray<T>>
{
    private readonly ValueCodec<T> _element = ElementCodec<T>.For(element);

    public override WireKind Kind => WireKind.List;

    public override string TypeName { get; } = $"[{element.TypeName}]";

    public override bool IsAbsent(in ImmutableArray<T> value) => value.IsDefault;

    public override ImmutableArray<T> Absent(string field) => [];

    public override void WriteValue(ref WireWriter writer, in ImmutableArray<T> value)
    {
        ReadOnlySpan<T> items = value.AsSpan();
        writer.BeginList(items.Length, _element.Kind);
        _element.WriteAll(ref writer, items);
        writer.EndList();
    }

    public override ImmutableArray<T> ReadValue(ref WireReader reader) =>
        ImmutableCollectionsMarshal.AsImmutableArray(SequenceReader.Read(ref reader, _element));

    public override void Describe(SchemaBuilder schema) => element.Describe(schema);
}
