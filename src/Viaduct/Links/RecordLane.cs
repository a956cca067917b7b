using System.Runtime.CompilerServices;
using Viaduct.Blobs;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>A lane whose messages are bytes: read by another process through shared memory, or by a pump that sends them on.</summary>
internal sealed unsafe class RecordLane<T>(RecordRing ring, MessageFormat<T> format, ChannelSpec channel, bool isShared) : Lane<T>
{
    /// <summary>Messages are their own bytes, and small enough for the ring.</summary>
    public bool IsPlain { get; } = format is UnmanagedFormat<T> && Unsafe.SizeOf<T>() <= Math.Min(ring.InlineMaximum, channel.MaxMessageSize);

    /// <summary>The most bytes of a message that lies in the ring.</summary>
    private readonly int _most = Math.Min(ring.InlineMaximum, channel.MaxMessageSize);

    /// <inheritdoc/>
    public override ulong Sent => ring.Sent;

    /// <inheritdoc/>
    public override ulong First => ring.First;

    /// <inheritdoc/>
    public override long Bytes => ring.Bytes;

    /// <inheritdoc/>
    public override int Window => ring.Window;

    /// <inheritdoc/>
    public override int ChunksHeld => ring.ChunksHeld;

    /// <summary>The ring below.</summary>
    public RecordRing Ring => ring;

    /// <inheritdoc/>
    public override bool TryPut(in T message, bool handOver, ulong sequence, int attempt)
    {
        if (!handOver && attempt == 1 && TryPutUsual(message, sequence))
        {
            return true;
        }

        if (!TryPrepare(message, handOver))
        {
            return false;
        }

        Commit(sequence, attempt);
        return true;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override bool TryPutUsual(in T message, ulong sequence) =>
        IsPlain ? ring.TryWrite(message, sequence) : TryPutBytes(message, sequence);

    /// <summary>A method of its own: what it keeps over its calls would have to be saved for values, too.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryPutBytes(in T message, ulong sequence)
    {
        ReadOnlySpan<byte> bytes = format.BytesOf(message);
        if (bytes.IsEmpty || bytes.Length > _most || !ring.TryWrite(bytes, sequence))
        {
            return false;
        }

        LastLength = bytes.Length;
        return true;
    }

    /// <inheritdoc/>
    public override int TryPutMany(ReadOnlySpan<T> messages, ulong sequence, out long bytes)
    {
        int count = 0;
        bytes = 0;
        if (IsPlain)
        {
            count = ring.TryWrite(messages, sequence);
            bytes = (long)count * LastLength;
        }
        else if (ring.TryBeginMany())
        {
            try
            {
                for (; count < messages.Length && TryPrepare(messages[count], handOver: false); count++)
                {
                    Commit(sequence + (ulong)count, 1);
                    bytes += LastLength;
                }
            }
            catch (Exception error) when (count > 0 && error is not OutOfMemoryException)
            {
                // The first of the rest; it is thrown when that is sent.
            }
            finally
            {
                ring.PublishMany();
            }
        }

        return count;
    }

    /// <inheritdoc/>
    public override bool TryGive(Chunk chunk, int length, ulong sequence)
    {
        if (length > channel.MaxMessageSize || !ring.TryGive(chunk, length, sequence))
        {
            return false;
        }

        LastLength = length;
        return true;
    }

    /// <summary>Writes a message without publishing it. False when there is no room now.</summary>
    public bool TryPrepare(in T message, bool handOver)
    {
        if (handOver && format.TryGetChunk(message, out Chunk? chunk, out int start, out int loaned))
        {
            LastLength = loaned;
            return loaned <= channel.MaxMessageSize
                ? ring.TryReserve(chunk, start)
                : throw MessageTooLargeException.Of(channel, loaned);
        }

        format.ByReference = isShared;
        try
        {
            int length = format.Measure(message);
            long full = length - format.Overhead + format.Beside;
            if (full > channel.MaxMessageSize)
            {
                throw MessageTooLargeException.Of(channel, full);
            }

            byte* destination = ring.TryReserve(length);
            if (destination is null)
            {
                format.Forget();
                return false;
            }

            if (isShared && format.Blobs is { Count: > 0 } blobs)
            {
                ring.Attach(blobs);
            }

            format.Write(message, new Span<byte>(destination, length));
            LastLength = length;
            return true;
        }
        catch
        {
            // Nothing was published: what it was to use must not stay in use until the next message comes.
            ring.Abandon();
            format.Forget();
            throw;
        }
    }

    /// <summary>Publishes what was prepared last.</summary>
    public void Commit(ulong sequence, int attempt) => ring.Commit(LastLength, sequence, attempt);

    /// <summary>Drops what was prepared last.</summary>
    public void Cancel() => ring.Abandon();

    /// <inheritdoc/>
    public override bool TryComplete() => ring.TryComplete();

    /// <inheritdoc/>
    public override void Reclaim(ulong upTo) => ring.Reclaim(upTo);

    /// <inheritdoc/>
    public override void Release(ulong position) => ring.Release(position);

    /// <inheritdoc/>
    public override bool IsFreed(ulong position) => ring.IsFreed(position);

    /// <inheritdoc/>
    public override bool TryForward(ulong position, Lane<T> target)
    {
        ReadOnlySpan<byte> bytes = ring.Read(position, out ulong sequence, out int attempt, out bool completes);
        if (completes)
        {
            return true;
        }

        if (target is not RecordLane<T> records || ring.UseOf(position) is { Blobs: not null })
        {
            return TryHandOver(Read(bytes, position), target, sequence, attempt + 1);
        }

        if (ring.UseOf(position) is { Chunk: { } chunk, Start: var start } && records.Ring.TryReserve(chunk, start))
        {
            records.Ring.Commit(bytes.Length, sequence, attempt + 1);
            return true;
        }

        byte* destination = records.Ring.TryReserve(bytes.Length);
        if (destination is null)
        {
            return false;
        }

        bytes.CopyTo(new Span<byte>(destination, bytes.Length));
        records.Ring.Commit(bytes.Length, sequence, attempt + 1);
        return true;
    }

    /// <inheritdoc/>
    public override bool TryRead(ulong position, out T message, out ulong sequence, out int attempt)
    {
        ReadOnlySpan<byte> bytes = ring.Read(position, out sequence, out attempt, out bool completes);
        message = completes ? default! : Read(bytes, position);
        return !completes;
    }

    /// <summary>Puts a message that was read here for another lane. Only one of objects keeps it.</summary>
    private bool TryHandOver(T message, Lane<T> target, ulong sequence, int attempt)
    {
        bool isKept = false;
        try
        {
            bool isPut = target.TryPut(message, handOver: true, sequence, attempt);
            isKept = isPut && target is not RecordLane<T>;
            return isPut;
        }
        finally
        {
            if (!isKept)
            {
                format.Drop(message);
            }
        }
    }

    private T Read(ReadOnlySpan<byte> bytes, ulong position) =>
        format.Read(bytes, ring.UseOf(position).Blobs is { } blobs ? new SentBlobs(blobs) : null);

    /// <inheritdoc/>
    public override void AllowOvertaking() => ring.AllowOvertaking();

    /// <inheritdoc/>
    public override void ShowNewest() => ring.ShowNewest();

    /// <inheritdoc/>
    public override void Close() => ring.Close();
}
