namespace Viaduct.Messages;

/// <summary>The elements of a list, as an array.</summary>
internal static class SequenceReader
{
    /// <summary>Reads a list. The array grows with what has come: a count that is merely claimed allocates nothing.</summary>
    internal static T[] Read<T>(ref WireReader reader, ValueCodec<T> element)
    {
        int count = reader.BeginList(element.Kind);
        if (count == 0)
        {
            reader.EndList();
            return [];
        }

        // Each element is written before it is looked at; an array that is not filled is thrown away with the message.
        T[] items = GC.AllocateUninitializedArray<T>(reader.FirstCapacity<T>(count));
        for (int read = 0; ; )
        {
            element.ReadAll(ref reader, items.AsSpan(read));
            read = items.Length;
            if (read == count)
            {
                break;
            }

            Array.Resize(ref items, (int)Math.Min(count, 2L * read));
        }

        reader.EndList();
        return items;
    }
}
