using Viaduct.Blobs;
using Viaduct.Links;
using Viaduct.Rings;

namespace Viaduct.Calls;

/// <summary>Frames as messages: each side has its own, so that who reads one owns it.</summary>
/// <param name="most">The most bytes of a message, with those that lie beside it.</param>
internal sealed unsafe class FrameFormat(long most = long.MaxValue) : MessageFormat<Frame>
{
    private BlobList? _blobs;
    private int _prefix;
    private long _beside;

    /// <inheritdoc/>
    public override bool CarriesBlobs => true;

    /// <inheritdoc/>
    public override BlobList? Blobs => _blobs;

    /// <inheritdoc/>
    public override long Beside => _beside;

    /// <inheritdoc/>
    public override int Measure(in Frame message)
    {
        _blobs = message.Blobs;
        _prefix = _blobs is null ? 0 : BlobPrefix.Measure(_blobs, ByReference);
        _beside = ByReference ? message.FullLength - message.Length : 0;
        return _prefix + (int)Math.Min(message.FullLength - _beside, int.MaxValue / 2);
    }

    /// <inheritdoc/>
    public override void Write(in Frame message, Span<byte> destination)
    {
        if (_blobs is not null)
        {
            if (_prefix > 0)
            {
                BlobPrefix.Write(_blobs, ByReference, destination[.._prefix]);
                destination = destination[_prefix..];
            }

            _blobs = null;
        }

        if (ByReference)
        {
            message.Bytes.CopyTo(destination);
        }
        else
        {
            message.CopyTo(destination);
        }
    }

    /// <inheritdoc/>
    public override void Forget() => _blobs = null;

    /// <inheritdoc/>
    public override Frame Read(RecordReader reader, bool leased)
    {
        // Copied first: what is checked must not change before it is used.
        Frame frame = Frame.Rent();
        frame.Set(new ReadOnlySpan<byte>(reader.Payload, reader.Length));
        return Read(frame, reader.Segments);
    }

    /// <inheritdoc/>
    public override Frame Read(ReadOnlySpan<byte> bytes, ISegments? segments)
    {
        Frame frame = Frame.Rent();
        frame.Set(bytes);
        return Read(frame, segments);
    }

    /// <inheritdoc/>
    public override void Drop(in Frame message) => message.Return();

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> BytesOf(in Frame message) => message.Length <= SmallMessage && message.Blobs is null ? message.Bytes : default;

    /// <inheritdoc/>
    public override bool ReadsBytes => true;

    /// <inheritdoc/>
    public override bool TryReadBytes(ReadOnlySpan<byte> bytes, ref Frame message) =>
        message is { } frame && frame.TrySet(bytes) ? !BlobPrefix.MayStand(frame.Bytes) : TryReadSpare(bytes, ref message);

    private static bool TryReadSpare(ReadOnlySpan<byte> bytes, ref Frame message)
    {
        Frame? frame = message;
        if (frame is null && !Frame.TryRentSpare(out frame))
        {
            return false;
        }

        frame.Set(bytes);
        if (!BlobPrefix.MayStand(frame.Bytes))
        {
            message = frame;
            return true;
        }

        if (message is null)
        {
            frame.Return();
        }

        return false;
    }

    /// <inheritdoc/>
    public override Frame Clone(in Frame message, out int length)
    {
        length = (int)Math.Min(message.FullLength, int.MaxValue);
        Frame frame = Frame.Rent();
        frame.Set(message);
        return frame;
    }

    private Frame Read(Frame frame, ISegments? segments)
    {
        int prefix = 0;
        try
        {
            if (BlobPrefix.TryMeasure(frame.Bytes, out prefix))
            {
                BlobPrefix.Read(frame.Bytes[..prefix], segments, frame.NewBlobs);
                frame.Skip(prefix);
                if (frame.Blobs is { CountBeside: > 0 } beside && (beside.CountBeside > LongBytes.Most || frame.FullLength > most))
                {
                    throw new ProtocolViolationException($"A call has {beside.CountBeside} times bytes beside it, {frame.FullLength} in all; {LongBytes.Most} and {most} are the most.");
                }

                if (frame.Blobs is { CountBeside: > 0 } blobs && blobs.LastPlace > frame.Length)
                {
                    throw new ProtocolViolationException($"A call of {frame.Length} bytes has some beside it that belong at {blobs.LastPlace}.");
                }
            }

            return frame;
        }
        catch (Exception error) when (error is InvalidOperationException or OutOfMemoryException or IOException)
        {
            // There is no room here for what came with it: that call fails, and nothing else.
            frame.Fail(prefix, error);
            return frame;
        }
        catch
        {
            frame.Return();
            throw;
        }
    }
}
