using Viaduct.Blobs;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>Any codec: messages are encoded to a buffer first, since their size is known only afterwards.</summary>
internal sealed class CodecFormat<T>(ICodec<T> codec) : MessageFormat<T>
{
    /// <summary>The message between <see cref="Measure"/> and <see cref="Write"/>.</summary>
    private readonly BlobBuffer _buffer = new();

    private readonly IBlobCodec<T>? _blobCodec = codec as IBlobCodec<T>;
    private int _prefix;

    /// <inheritdoc/>
    public override bool CarriesBlobs => _blobCodec is not null;

    /// <inheritdoc/>
    public override bool HasBlobs => _blobCodec is { HasBlobs: true };

    /// <inheritdoc/>
    public override BlobList? Blobs => _buffer.Blobs;

    /// <inheritdoc/>
    public override int Measure(in T message)
    {
        _buffer.Clear();
        codec.Encode(message, _buffer);
        _prefix = _buffer.Blobs is { Count: > 0 } blobs ? BlobPrefix.Measure(blobs, ByReference) : 0;
        return _prefix + _buffer.Bytes.Length;
    }

    /// <inheritdoc/>
    public override void Write(in T message, Span<byte> destination)
    {
        if (_prefix > 0)
        {
            BlobPrefix.Write(_buffer.Blobs!, ByReference, destination[.._prefix]);
        }

        _buffer.Bytes.CopyTo(destination[_prefix..]);
        _buffer.Clear();
    }

    /// <inheritdoc/>
    public override void Forget() => _buffer.Clear();

    /// <inheritdoc/>
    public override T Read(ReadOnlySpan<byte> bytes, ISegments? segments)
    {
        if (_blobCodec is null || !BlobPrefix.TryMeasure(bytes, out int prefix))
        {
            return codec.Decode(bytes);
        }

        using BlobList blobs = new();
        BlobPrefix.Read(bytes[..prefix], segments, blobs);
        return _blobCodec.Decode(bytes[prefix..], blobs);
    }

    /// <inheritdoc/>
    public override T Clone(in T message, out int length)
    {
        if (_blobCodec is null)
        {
            return base.Clone(message, out length);
        }

        _buffer.Clear();
        try
        {
            codec.Encode(message, _buffer);
            length = _buffer.Bytes.Length;
            return _buffer.Blobs is { Count: > 0 } blobs ? _blobCodec.Decode(_buffer.Bytes, blobs) : codec.Decode(_buffer.Bytes);
        }
        finally
        {
            _buffer.Clear();
        }
    }

    /// <inheritdoc/>
    public override T CloneLent(in T message, out int length, out BlobList? lent)
    {
        lent = null;
        _buffer.Clear();
        try
        {
            codec.Encode(message, _buffer);
            length = _buffer.Bytes.Length;
            if (_buffer.Blobs is not { Count: > 0 } blobs)
            {
                return codec.Decode(_buffer.Bytes);
            }

            lent = new BlobList { Lends = true };
            lent.CopyFrom(blobs);
            return _blobCodec!.Decode(_buffer.Bytes, lent);
        }
        catch
        {
            lent?.Dispose();
            throw;
        }
        finally
        {
            _buffer.Clear();
        }
    }
}
