using System.Runtime.CompilerServices;
using Viaduct.Blobs;
using Viaduct.Memory;

namespace Viaduct.Links;

/// <summary>A lane to sockets of the same process: messages lie on it as objects, copies of what was sent or what was handed over.</summary>
internal sealed class ObjectLane<T>(ObjectRing<T> ring, MessageFormat<T> format, ChannelSpec channel, bool isShared) : Lane<T>
{
    /// <summary>The chunks of handed-over loans, and the blobs of messages that several read, by position; null until there is one.</summary>
    private object?[]? _chunks;
    private int _chunksHeld;

    /// <summary>1 once closed: who lets go of the receiver and who lets go of the sender may both come to it.</summary>
    private int _closed;

    /// <summary>What each position counts for in <see cref="Bytes"/>; null where the channel does not bound them, and nobody asks.</summary>
    private readonly int[]? _lengths = channel.ByteCapacity > 0 ? new int[ring.Window] : null;

    /// <summary>Nothing but room has to be looked at for a message.</summary>
    private bool _isPlain = channel.ByteCapacity == 0 && Unsafe.SizeOf<T>() <= channel.MaxMessageSize;

    private bool _overtakes;
    private bool _showsNewest;
    private ulong _sent;
    private ulong _first;
    private long _bytes;

    /// <inheritdoc/>
    public override ulong Sent => _sent;

    /// <inheritdoc/>
    public override ulong First => _first;

    /// <inheritdoc/>
    public override long Bytes => _bytes;

    /// <inheritdoc/>
    public override int Window => ring.Window;

    /// <inheritdoc/>
    public override int ChunksHeld => _chunksHeld;

    /// <summary>Whether nothing but room has to be looked at for a message, which is copied as it is.</summary>
    public bool IsPlain => _isPlain && ring.IsPlain;

    /// <summary>The slots, for readers.</summary>
    public ObjectRing<T> Ring => ring;

    /// <inheritdoc/>
    public override void AllowOvertaking()
    {
        _overtakes = true;
        _isPlain = false;
        ring.Oldest = _first;
    }

    /// <inheritdoc/>
    public override void ShowNewest()
    {
        _showsNewest = true;
        _isPlain = false;
    }

    /// <inheritdoc/>
    public override bool TryPut(in T message, bool handOver, ulong sequence, int attempt)
    {
        if (_sent - _first >= (ulong)ring.Window)
        {
            return false;
        }

        int length;
        Chunk? chunk = null;
        BlobList? lent = null;
        T value = message;
        if (!ObjectRing<T>.HoldsReferences)
        {
            length = Unsafe.SizeOf<T>();
        }
        else if (isShared && format.HasBlobs)
        {
            // Each reader takes blobs of its own out of this one's, which end when all are through.
            value = format.CloneLent(message, out length, out lent);
        }
        else if (handOver && format.TryGetChunk(message, out chunk, out _, out length))
        {
            // The receiver reads the loan's own memory.
        }
        else if (handOver)
        {
            length = typeof(T) == typeof(ReadOnlyMemory<byte>) ? ((ReadOnlyMemory<byte>)(object)value!).Length : 0;
        }
        else
        {
            value = format.Clone(message, out length);
        }

        if (length > channel.MaxMessageSize)
        {
            throw MessageTooLargeException.Of(channel, length);
        }

        if (chunk is not null)
        {
            if (!chunk.TryHold())
            {
                throw Disposed.Of("The loan that this memory came from has ended.");
            }

            Keep(chunk);
        }

        if (lent is not null)
        {
            Keep(lent);
        }

        ref ObjectRing<T>.Slot slot = ref ring.At(_sent);
        Prepare(ref slot);
        slot.Value = value;
        NoteLength(_sent, length);
        Publish(ref slot, sequence, attempt);
        if (_showsNewest)
        {
            ring.Newest = _sent - 1;
        }

        LastLength = length;
        _bytes += length;
        return true;
    }

    /// <inheritdoc/>
    public override bool TryPutUsual(in T message, ulong sequence) => (IsPlain && TryWrite(message, sequence)) || TryPutValue(message, sequence);

    /// <summary>Writes and publishes a value as it is, where <see cref="IsPlain"/> says so. False where there is no room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWrite(in T message, ulong sequence)
    {
        ulong position = _sent;
        if (position - _first >= (ulong)ring.Window)
        {
            return false;
        }

        ring.Write(position, message, sequence);
        _sent = position + 1;
        return true;
    }

    /// <summary>As the other, where some reader may be overtaken, or has been, and for slots that the runtime lays out as it likes.</summary>
    private bool TryPutValue(in T message, ulong sequence)
    {
        if (ObjectRing<T>.HoldsReferences || _showsNewest || _lengths is not null || _sent - _first >= (ulong)ring.Window || Unsafe.SizeOf<T>() > channel.MaxMessageSize)
        {
            return false;
        }

        ref ObjectRing<T>.Slot slot = ref ring.At(_sent);
        Prepare(ref slot);
        slot.Value = message;
        Publish(ref slot, sequence, 1);
        return true;
    }

    /// <inheritdoc/>
    public override int TryPutMany(ReadOnlySpan<T> messages, ulong sequence, out long bytes)
    {
        bytes = 0;
        if (_overtakes || _showsNewest || (isShared && format.HasBlobs))
        {
            return 0;
        }

        messages = messages[..(int)Math.Min((ulong)messages.Length, (ulong)ring.Window - (_sent - _first))];
        int count = ObjectRing<T>.HoldsReferences ? WriteObjects(messages, sequence, out bytes) : WriteValues(messages, sequence, out bytes);
        if (count > 0)
        {
            ulong first = _sent;
            _sent += (ulong)count;
            _bytes += bytes;

            // Release: pairs with the acquire in ObjectReceiveLink.TryTake.
            Volatile.Write(ref ring.At(first).Published, ObjectRing<T>.MarkOf(first));
        }

        return count;
    }

    /// <inheritdoc/>
    public override bool TryComplete()
    {
        if (_sent - _first >= (ulong)ring.Window)
        {
            return false;
        }

        ref ObjectRing<T>.Slot slot = ref ring.At(_sent);
        Prepare(ref slot);
        NoteLength(_sent, 0);
        Publish(ref slot, _sent, attempt: 0);
        return true;
    }

    /// <inheritdoc/>
    public override void Reclaim(ulong upTo)
    {
        if (upTo <= _first)
        {
            return;
        }

        if (_overtakes)
        {
            ring.Oldest = upTo;
        }

        if (upTo == _sent && _chunksHeld == 0)
        {
            _bytes = 0;
        }
        else if (_lengths is not null || _chunksHeld > 0)
        {
            for (ulong position = _first; position < upTo; position++)
            {
                Release(position);
            }
        }

        _first = upTo;
    }

    /// <inheritdoc/>
    public override void Release(ulong position)
    {
        if (_lengths is not null)
        {
            ref int length = ref _lengths[(int)position & (ring.Window - 1)];
            _bytes -= length;
            length = 0;
        }

        if (_chunksHeld > 0)
        {
            LetGo(position);
        }
    }

    /// <inheritdoc/>
    public override bool IsFreed(ulong position) => false;

    /// <inheritdoc/>
    public override bool TryForward(ulong position, Lane<T> target)
    {
        ref ObjectRing<T>.Slot slot = ref ring.At(position);
        return slot.Attempt == 0 || target.TryPut(slot.Value, handOver: true, slot.Sequence, slot.Attempt + 1);
    }

    /// <inheritdoc/>
    public override bool TryRead(ulong position, out T message, out ulong sequence, out int attempt)
    {
        ref ObjectRing<T>.Slot slot = ref ring.At(position);
        (message, sequence, attempt) = (slot.Value, slot.Sequence, slot.Attempt);
        LoanedMemory.Detach(ref message);
        return attempt > 0;
    }

    /// <inheritdoc/>
    public override void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        for (ulong position = _first; position < _sent && _chunksHeld > 0; position++)
        {
            LetGo(position);
        }
    }

    private int WriteValues(ReadOnlySpan<T> messages, ulong sequence, out long bytes)
    {
        int length = Unsafe.SizeOf<T>();
        bytes = (long)messages.Length * length;
        if (length > channel.MaxMessageSize)
        {
            return 0;
        }

        for (int i = 0; i < messages.Length; i++)
        {
            Write(i, messages[i], length, sequence);
        }

        return messages.Length;
    }

    private int WriteObjects(ReadOnlySpan<T> messages, ulong sequence, out long bytes)
    {
        int count = 0;
        bytes = 0;
        try
        {
            for (; count < messages.Length; count++)
            {
                T value = format.Clone(messages[count], out int length);
                if (length > channel.MaxMessageSize)
                {
                    throw MessageTooLargeException.Of(channel, length);
                }

                Write(count, value, length, sequence);
                bytes += length;
            }
        }
        catch (Exception error) when (count > 0 && error is not OutOfMemoryException)
        {
            // The first of the rest; it is thrown when that is sent.
        }

        return count;
    }

    /// <summary>Writes one of several messages. The first is not published yet, so that nobody comes to the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Write(int index, in T value, int length, ulong sequence)
    {
        ulong position = _sent + (ulong)index;
        ref ObjectRing<T>.Slot slot = ref ring.At(position);
        slot.Value = value;
        slot.Sequence = sequence + (ulong)index;
        slot.Attempt = 1;
        NoteLength(position, length);
        if (index > 0)
        {
            slot.Published = ObjectRing<T>.MarkOf(position);
        }

        LastLength = length;
    }

    /// <summary>Notes the bytes of a message that is about to be published.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NoteLength(ulong position, int length)
    {
        ring.SetLength(position, length);
        if (_lengths is not null)
        {
            _lengths[(int)position & (ring.Window - 1)] = length;
        }
    }

    private void Keep(object memory)
    {
        _chunks ??= new object?[ring.Window];
        _chunks[(int)_sent & (ring.Window - 1)] = memory;
        _chunksHeld++;
    }

    private void LetGo(ulong position)
    {
        ref object? memory = ref _chunks![(int)position & (ring.Window - 1)];
        if (memory is not null)
        {
            (memory as Chunk)?.Release();
            (memory as BlobList)?.Dispose();
            memory = null;
            _chunksHeld--;
        }
    }

    private void Prepare(ref ObjectRing<T>.Slot slot)
    {
        if (_overtakes)
        {
            // A reader that copies just now finds the slot unpublished afterwards, and throws its copy away.
            Volatile.Write(ref slot.Published, 0);
            Volatile.WriteBarrier();
        }
    }

    private void Publish(ref ObjectRing<T>.Slot slot, ulong sequence, int attempt)
    {
        slot.Sequence = sequence;
        slot.Attempt = attempt;

        // Release: pairs with the acquire in ObjectReceiveLink.TryTake.
        Volatile.Write(ref slot.Published, ObjectRing<T>.MarkOf(_sent));
        _sent++;
    }
}
