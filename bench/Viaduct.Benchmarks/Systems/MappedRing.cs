namespace Viaduct.Benchmarks.Systems;

/// <summary>A ring of equal slots in memory that two processes map: the textbook's, with head and tail on lines of their own.</summary>
internal unsafe struct MappedRing
{
    /// <summary>Cores fetch lines in pairs, so two counters lie two lines apart.</summary>
    private const int CounterBytes = 128;

    private readonly long* _sent;
    private readonly long* _taken;
    private readonly byte* _slots;
    private readonly long _mask;
    private readonly int _size;

    /// <summary>This side's own counter.</summary>
    private long _own;

    /// <summary>The other side's counter as it was seen last.</summary>
    private long _seen;

    /// <param name="memory">Zeroed when both sides begin.</param>
    /// <param name="slots">A power of two.</param>
    /// <param name="size">Bytes in a slot.</param>
    public MappedRing(byte* memory, int slots, int size)
    {
        _sent = (long*)memory;
        _taken = (long*)(memory + CounterBytes);
        _slots = memory + (2 * CounterBytes);
        _mask = slots - 1;
        _size = size;
    }

    public static long BytesFor(int slots, int size) => (2 * CounterBytes) + ((long)slots * size);

    /// <summary>Waits for a free slot.</summary>
    public Span<byte> Next()
    {
        while (_own - _seen > _mask)
        {
            _seen = Volatile.Read(ref *_taken); // pairs with the write in Release
        }

        return Slot;
    }

    public void Publish() => Volatile.Write(ref *_sent, ++_own); // pairs with the read in Wait

    /// <summary>Waits for a message.</summary>
    public ReadOnlySpan<byte> Wait()
    {
        while (_own == _seen)
        {
            _seen = Volatile.Read(ref *_sent); // pairs with the write in Publish
        }

        return Slot;
    }

    public void Release() => Volatile.Write(ref *_taken, ++_own); // pairs with the read in Next

    private readonly Span<byte> Slot => new(_slots + ((_own & _mask) * _size), _size);
}
