using System.Text;
using Viaduct.Blobs;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>Replies as bytes: the value's own, or an error text, and a last byte that says which.</summary>
internal sealed class ReplyFormat<T>(MessageFormat<T> format) : MessageFormat<Reply<T>>
{
    private const byte IsValue = 0;
    private const byte IsError = 1;
    private const int LongestError = 4096;

    /// <summary>The byte that says whether it is a value or an error.</summary>
    public const int StatusLength = 1;

    /// <summary>Whether the message that was measured last is a value.</summary>
    private bool _isValue;

    /// <inheritdoc/>
    public override int Overhead => StatusLength;

    /// <inheritdoc/>
    public override long Beside => _isValue ? format.Beside : 0;

    /// <inheritdoc/>
    public override bool CarriesBlobs => format.CarriesBlobs;

    /// <inheritdoc/>
    public override BlobList? Blobs => _isValue ? format.Blobs : null;

    /// <inheritdoc/>
    public override void Forget() => format.Forget();

    /// <inheritdoc/>
    public override int Measure(in Reply<T> message)
    {
        _isValue = message.Error is null;
        format.ByReference = ByReference;
        return 1 + (message.Error is { } error ? Encoding.UTF8.GetByteCount(Shortened(error)) : format.Measure(message.Value));
    }

    /// <inheritdoc/>
    public override void Write(in Reply<T> message, Span<byte> destination)
    {
        if (message.Error is { } error)
        {
            Encoding.UTF8.GetBytes(Shortened(error), destination);
            destination[^1] = IsError;
            return;
        }

        format.Write(message.Value, destination[..^1]);
        destination[^1] = IsValue;
    }

    /// <inheritdoc/>
    public override Reply<T> Read(ReadOnlySpan<byte> bytes, ISegments? segments)
    {
        if (bytes.Length == 0 || bytes[^1] > IsError)
        {
            throw new ProtocolViolationException($"A reply of {bytes.Length} bytes does not say whether it is a value or an error.");
        }

        return bytes[^1] == IsValue
            ? new Reply<T>(format.Read(bytes[..^1], segments), null)
            : new Reply<T>(default!, Encoding.UTF8.GetString(bytes[..^1]));
    }

    /// <inheritdoc/>
    public override Reply<T> Clone(in Reply<T> message, out int length)
    {
        length = 1;
        return message.Error is null ? new Reply<T>(format.Clone(message.Value, out length), null) : message;
    }

    private static string Shortened(string error) => error.Length <= LongestError ? error : error[..LongestError];
}
