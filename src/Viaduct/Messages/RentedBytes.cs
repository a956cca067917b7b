using System.Buffers;
using System.ComponentModel;
using Viaduct.Blobs;
using Viaduct.Memory;

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
        if (bytes.Length >= LongBytes.Least && BlobMemory.TryRent(bytes.Length, out Chunk? chunk))
        {
            // They go back from where they are.
            Piece = chunk;
            Span = chunk.GetSpan()[..bytes.Length];
        }
        else
        {
            _array = ArrayPool<byte>.Shared.Rent(bytes.Length);
            Span = _array.AsSpan(0, bytes.Length);
        }

        bytes.CopyTo(Span);
    }

    /// <summary>The copy; valid until <see cref="Dispose"/>.</summary>
    public Span<byte> Span { get; private set; }

    /// <summary>Where they lie if peers can read it there.</summary>
    internal Piece? Piece { get; private set; }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Span = default;
        if (_array is { } array)
        {
            _array = null;
            ArrayPool<byte>.Shared.Return(array);
        }

        Piece?.Release();
        Piece = null;
    }
}
