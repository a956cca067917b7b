using Viaduct.Benchmarks.Messages;

namespace Viaduct.Benchmarks.Systems;

/// <summary>The service's own work: as little as there can be.</summary>
internal sealed class Arithmetic : IArithmetic
{
    private long _sum;

    public int Add(int a, int b) => a + b;

    public ValueTask<int> AddAsync(int a, int b) => new(a + b);

    public void Note(int value) => _sum += value;

    public void Overwrite(Blob bytes)
    {
        using Blob before = bytes.Clone();
        ByteWork.Invert(before.ReadOnlySpan, bytes.SpanForOverwrite());
    }

    public void Change(Blob bytes)
    {
        Span<byte> span = bytes.Span;
        ByteWork.Invert(span, span);
    }

    public void ChangeSpan(Span<byte> bytes) => ByteWork.Invert(bytes, bytes);
}
