using System.Runtime.CompilerServices;
using Viaduct.Blobs;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>Takes messages from a ring of records: of another process, or filled by the reading half of a stream.</summary>
internal sealed unsafe class RecordReceiveLink<T>(
    RecordReader reader, MessageFormat<T> format, PeerIdentity peer, object memory, ReceiverPage* page, int window, ulong start, bool rendezvous, FullMode whenFull)
    : ReceiveLink<T>(peer, memory, page, window, start, rendezvous)
{
    private const int MostLaps = 8;

    /// <summary>
    /// So often it is looked for a message that is handed on with what came before it (a frame of a call): who waits for one waits for nothing else meanwhile, and a look takes
    /// a fraction of what it takes to come here.
    /// </summary>
    private const int Looks = 6;

    /// <summary>The sender waits for this receiver, and for nothing else of it: nothing but the record has to be looked at.</summary>
    private readonly bool _waitedFor = IsWaitedFor(whenFull, rendezvous);

    /// <summary>A message is bytes that are read into one that is there.</summary>
    private readonly bool _readsBytes = format.ReadsBytes;

    /// <summary>The sender waits for this receiver, and a message is its own bytes.</summary>
    private readonly bool _plain = IsWaitedFor(whenFull, rendezvous) && format is UnmanagedFormat<T>;

    /// <summary>Nothing but the record, and the chunk that it refers to, has to be looked at for a lease.</summary>
    private readonly bool _leasable = IsWaitedFor(whenFull, rendezvous) && format is BytesFormat or UnmanagedFormat<T>;

    /// <summary>The word of a usual message: in the ring, at its first attempt.</summary>
    private static readonly ulong s_usual = RecordHeader.Pack(Unsafe.SizeOf<T>(), RecordHeader.Inline, 1);

    /// <summary>The sender does not wait for this reader.</summary>
    private readonly bool _overtakable = whenFull != FullMode.Wait;

    private readonly bool _latest = whenFull == FullMode.Latest;

    /// <inheritdoc/>
    public override ulong Position => reader.Position;

    /// <summary>The cursor.</summary>
    public RecordReader Reader => reader;

    /// <inheritdoc/>
    public override bool TryTake(bool lease, out Received<T> received)
    {
        if (!_overtakable && reader.Peek() == 0)
        {
            Unsafe.SkipInit(out received);
            return false;
        }

        received = default;

        // Bounded: a publisher that laps us again and again, or lies about it, must not keep this thread under the gate.
        for (int laps = 0; laps < MostLaps; laps++)
        {
            if (_latest && reader.PassOver() is > 0 and ulong passed)
            {
                NoteMissed(passed, reader.Position);
            }

            switch (Look())
            {
                case ReadStatus.Empty:
                    return false;

                case ReadStatus.Overtaken:
                    NoteMissed(reader.CatchUp(), reader.Position);
                    continue;

                case ReadStatus.Complete:
                    End();
                    return false;
            }

            received.Sequence = reader.Sequence;
            received.Attempt = reader.Attempt;
            received.Position = reader.Position;
            received.Length = reader.Length;
            received.Link = this;
            try
            {
                // A message that may be overwritten is copied even where it is leased.
                received.Value = format.Read(reader, lease && !_overtakable);
            }
            catch when (_overtakable && reader.WasOvertaken())
            {
                NoteMissed(reader.CatchUp(), reader.Position);
                continue;
            }
            catch
            {
                // What can't be decoded is not offered again: the exception is its report.
                reader.Advance();
                NoteTaken(_overtakable);
                NoteHandedOn(1);
                Release(received.Position);
                throw;
            }

            if (_overtakable && reader.WasOvertaken())
            {
                NoteMissed(reader.CatchUp(), reader.Position);
                continue;
            }

            reader.Advance();
            NoteTaken(_overtakable);
            if (!lease)
            {
                Release(received.Position);
            }

            return true;
        }

        received = default;
        return false;
    }

    /// <inheritdoc/>
    public override Glance TryLeaseUsual(out Received<T> received)
    {
        Unsafe.SkipInit(out received);
        ulong word = reader.Peek();
        if (word == 0 && !_overtakable)
        {
            return Glance.Nothing;
        }

        if (!_leasable || !IsWithinWindow(reader.Position) || !reader.TryReadUsual(word))
        {
            return Glance.More;
        }

        // Written in place: what was written in parts just now is slow to copy.
        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            Unsafe.As<T, ReadOnlyMemory<byte>>(ref received.Value) = reader.Memory;
        }
        else if (reader.Length == Unsafe.SizeOf<T>())
        {
            received.Value = Memory.Shared.ReadMessage<T>(reader.Payload);
        }
        else
        {
            return Glance.More;
        }

        received.Sequence = reader.Sequence;
        received.Position = reader.Position;
        received.Length = reader.Length;
        received.Attempt = reader.Attempt;
        received.Link = this;
        reader.Advance();
        Messages++;
        return Glance.Message;
    }

    /// <inheritdoc/>
    public override bool TryConsumeUsual(ulong position)
    {
        if (IsClosed || !IsInOrder(position))
        {
            return false;
        }

        ConsumeNext(position + 1, 0);
        return true;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override Glance TryReceiveUsual(ref T value, out int length, int looks = 1)
    {
        if (!_plain)
        {
            return TryReceiveBytes(ref value, out length);
        }

        length = Unsafe.SizeOf<T>();
        ulong word = reader.Peek();
        while (word == 0)
        {
            if (--looks <= 0)
            {
                return Glance.Nothing;
            }

            word = reader.Peek();
        }

        if (word != s_usual || !IsInOrder(reader.Position) || !reader.TryReadNext(out value))
        {
            return Glance.More;
        }

        ConsumeNext(reader.Position, 1);
        return Glance.Message;
    }

    /// <summary>A method of its own: what it keeps over its calls would have to be saved for values, too.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Glance TryReceiveBytes(ref T value, out int length)
    {
        length = 0;
        if (!_waitedFor)
        {
            return Glance.More;
        }

        ulong word = reader.Peek();
        if (!_readsBytes)
        {
            return word == 0 ? Glance.Nothing : Glance.More;
        }

        for (int looks = 1; word == 0; looks++)
        {
            if (looks == Looks)
            {
                return Glance.Nothing;
            }

            word = reader.Peek();
        }

        if (!IsInOrder(reader.Position))
        {
            return Glance.More;
        }

        ReadOnlySpan<byte> bytes = reader.Find(word, MessageFormat<T>.SmallMessage);
        if (bytes.IsEmpty || !format.TryReadBytes(bytes, ref value))
        {
            return Glance.More;
        }

        length = bytes.Length;
        reader.Advance();
        ConsumeNext(reader.Position, 1);
        return Glance.Message;
    }

    /// <inheritdoc/>
    public override int TryReceiveUsual(Span<T> values, out long bytes)
    {
        int count = 0;
        bytes = 0;

        // What lies beyond the window is a violation, which TryTake tells.
        values = values[..(int)Math.Min((ulong)values.Length, Room)];
        if (_plain)
        {
            while (count < values.Length && reader.Peek() == s_usual && reader.TryReadNext(out values[count]))
            {
                count++;
                bytes += Unsafe.SizeOf<T>();
            }
        }
        else if (_readsBytes && _waitedFor)
        {
            while (count < values.Length && reader.Find(reader.Peek(), MessageFormat<T>.SmallMessage) is { IsEmpty: false } found && format.TryReadBytes(found, ref values[count]))
            {
                count++;
                bytes += found.Length;
                reader.Advance();
            }
        }

        if (count > 0)
        {
            ReleaseNext(reader.Position - (ulong)count, count);
        }

        return count;
    }

    /// <inheritdoc/>
    public override bool HasNothing => !_overtakable && reader.Peek() == 0;

    /// <inheritdoc/>
    public override bool HasNext()
    {
        switch (Look())
        {
            case ReadStatus.Empty:
                return false;

            case ReadStatus.Complete:
                End();
                return false;

            default:
                return true;
        }
    }

    /// <inheritdoc/>
    protected override bool TryDiscard()
    {
        if (Look() != ReadStatus.Message)
        {
            return false;
        }

        reader.Advance();
        return true;
    }

    /// <summary>What lies at the cursor's position.</summary>
    /// <exception cref="ProtocolViolationException">A sound sender would not have written it, or not yet.</exception>
    private ReadStatus Look()
    {
        ReadStatus found = reader.TryRead();
        if (found != ReadStatus.Empty && !_overtakable && !IsWithinWindow(reader.Position))
        {
            throw new ProtocolViolationException(
                $"The sender did not wait: its message {reader.Position} lies {Window} or more behind the oldest that is not consumed. The link is closed; the sender is faulty or hostile.");
        }

        if (found == ReadStatus.Message && format.CarriesBlobs && !BlobPrefix.HasAll(new ReadOnlySpan<byte>(reader.Payload, reader.Length), reader.Segments))
        {
            // As for a message in a chunk whose descriptor has not come: its arrival wakes the socket.
            return ReadStatus.Empty;
        }

        return found;
    }

    private void End()
    {
        Completed = true;
        reader.Advance();
        Release(reader.Position - 1);
    }
}
