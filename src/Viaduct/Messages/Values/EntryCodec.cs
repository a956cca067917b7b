namespace Viaduct.Messages;

/// <summary>An entry of a dictionary.</summary>
internal sealed class EntryCodec<TKey, TValue>(ValueCodec<TKey> key, ValueCodec<TValue> value) : ValueCodec<KeyValuePair<TKey, TValue>>
{
    private readonly uint _keyTag = (1u << MessageLimits.KindBits) | (uint)key.Kind;
    private readonly uint _valueTag = (2u << MessageLimits.KindBits) | (uint)value.Kind;

    public override WireKind Kind => WireKind.Object;

    public override string TypeName => $"{key.TypeName}:{value.TypeName}";

    public override void WriteValue(ref WireWriter writer, in KeyValuePair<TKey, TValue> entry)
    {
        writer.BeginObject();
        writer.Write(1, entry.Key, key);
        writer.Write(2, entry.Value, value);
        writer.EndObject();
    }

    public override KeyValuePair<TKey, TValue> ReadValue(ref WireReader reader)
    {
        TKey readKey = default!;
        TValue readValue = default!;
        (bool hasKey, bool hasValue) = (false, false);
        reader.BeginObject();
        while (reader.TryReadTag(out uint tag))
        {
            if (tag == _keyTag)
            {
                readKey = key.ReadValue(ref reader);
                hasKey = true;
            }
            else if (tag == _valueTag)
            {
                readValue = value.ReadValue(ref reader);
                hasValue = true;
            }
            else if (tag >> MessageLimits.KindBits is 1 or 2)
            {
                throw GeneratedCode.WrongKind("an entry", tag);
            }
            else
            {
                reader.Skip(tag);
            }
        }

        readKey = hasKey ? readKey : key.Absent("A key");
        readValue = hasValue ? readValue : value.Absent("A value");
        return readKey is null ? throw new ProtocolViolationException("A key is null.") : new(readKey, readValue);
    }
}
