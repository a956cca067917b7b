using System.Buffers;

namespace Viaduct.Links;

/// <summary>A pinned span dressed as memory for the time of one call; nothing keeps it, since senders copy.</summary>
internal sealed unsafe class SpanMemory : MemoryManager<byte>
{
    [ThreadStatic]
    private static SpanMemory? t_spare;

    private byte* _first;
    private int _length;

    private SpanMemory()
    {
    }

    /// <summary>Dresses a span that the caller keeps pinned until <see cref="Return"/>.</summary>
    public static SpanMemory Rent(byte* first, int length)
    {
        // Taken out while in use: a codec or handler that sends on this thread meanwhile gets another one.
        SpanMemory memory = t_spare ?? new SpanMemory();
        t_spare = null;
        memory._first = first;
        memory._length = length;
        return memory;
    }

    /// <summary>Ends the call.</summary>
    public void Return()
    {
        _first = null;
        _length = 0;
        t_spare = this;
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(_first, _length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(_first + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
