namespace Viaduct.Messages;

/// <summary>Dictionaries: lists of objects with the key in field 1 and the value in field 2. No key comes twice.</summary>
internal sealed class DictionaryCodec<TDictionary, TKey, TValue>(ValueCodec<TKey> key, ValueCodec<TValue> value) : ValueCodec<TDictionary>
    where TDictionary : class, IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    private readonly EntryCodec<TKey, TValue> _entry = new(key, value);

    public override WireKind Kind => WireKind.List;

    public override string TypeName { get; } = $"{{{key.TypeName}:{value.TypeName}}}";

    public override TDictionary Absent(string field) => (TDictionary)(object)new Dictionary<TKey, TValue>();

    public override void WriteValue(ref WireWriter writer, in TDictionary value)
    {
        switch (value)
        {
            case null:
                GeneratedCode.Null<TDictionary>($"A dictionary of {TypeName}");
                break;
            case Dictionary<TKey, TValue> dictionary:
                writer.BeginList(dictionary.Count, WireKind.Object);
                foreach (KeyValuePair<TKey, TValue> entry in dictionary)
                {
                    _entry.WriteValue(ref writer, entry);
                }

                writer.EndList();
                break;
            default:
                KeyValuePair<TKey, TValue>[] entries = [.. value];
                writer.BeginList(entries.Length, WireKind.Object);
                _entry.WriteAll(ref writer, entries);
                writer.EndList();
                break;
        }
    }

    public override TDictionary ReadValue(ref WireReader reader)
    {
        int count = reader.BeginList(WireKind.Object);
        var dictionary = new Dictionary<TKey, TValue>(reader.FirstCapacity<KeyValuePair<TKey, TValue>>(count));
        for (; count > 0; count--)
        {
            KeyValuePair<TKey, TValue> entry = _entry.ReadValue(ref reader);
            if (!dictionary.TryAdd(entry.Key, entry.Value))
            {
                throw new ProtocolViolationException($"A dictionary of {TypeName} has a key twice.");
            }
        }

        reader.EndList();
        return (TDictionary)(object)dictionary;
    }

    public override void Describe(SchemaBuilder schema)
    {
        key.Describe(schema);
        value.Describe(schema);
    }
}
