using System.Buffers;
using System.ComponentModel;

namespace Viaduct.Messages;

/// <summary>Bytes of an argument that the callee may change, in pooled memory. Generated code has one on the stack for each such parameter.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public ref struct RentedBytes
{
    private byte[]? _array;

    /// <summary>Copies bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public RentedBytes(scoped ReadOnlySpan<byte> bytes)
    {
        _array = ArrayPool<byte>.Shared.Rent(bytes.Length);
        Span = _array.AsSpan(0, bytes.Length);
        bytes.CopyTo(Span);
    }

    /// <summary>The copy; valid until <see cref="Dispose"/>.</summary>
    public Span<byte> Span { get; private set; }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (_array is { } array)
        {
            _array = null;
            Span = default;
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
