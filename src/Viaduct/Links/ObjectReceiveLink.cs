using System.Runtime.CompilerServices;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>Takes messages from a sender of the same process.</summary>
internal sealed unsafe class ObjectReceiveLink<T>(
    ObjectRing<T> ring, PeerIdentity peer, object memory, ReceiverPage* page, ulong start, bool rendezvous, FullMode whenFull, bool shared, bool reused, MessageFormat<T>? cloning)
    : ReceiveLink<T>(peer, memory, page, ring.Window, start, rendezvous)
{
    /// <summary>The sender does not wait for this reader.</summary>
    private readonly bool _overtakable = whenFull != FullMode.Wait;

    private readonly bool _latest = whenFull == FullMode.Latest;

    /// <summary>Nothing but the slot has to be looked at.</summary>
    private readonly bool _plain = whenFull == FullMode.Wait && !rendezvous;

    /// <summary>What lies together may be taken together: each message is the reader's as it is, and is not read into one that is there (which it would only displace).</summary>
    private readonly bool _together = whenFull == FullMode.Wait && !rendezvous && !reused && cloning is null;

    private ulong _position = start;

    /// <inheritdoc/>
    public override ulong Position => _position;

    /// <inheritdoc/>
    public override bool TryTake(bool lease, out Received<T> received)
    {
        received = default;
        while (true)
        {
            ref ObjectRing<T>.Slot slot = ref ring.At(_position);

            // Acquire: pairs with the release in ObjectLane.Publish.
            if (_overtakable && CatchUp())
            {
                continue;
            }

            if (Volatile.Read(ref slot.Published) != ObjectRing<T>.MarkOf(_position))
            {
                // Overtaken after we looked, or nothing there.
                if (_overtakable && ring.Oldest > _position)
                {
                    continue;
                }

                return false;
            }

            received.Value = slot.Value;
            received.Sequence = slot.Sequence;
            received.Attempt = slot.Attempt;
            received.Length = ring.LengthAt(_position);
            received.Position = _position;
            received.Link = this;
            if (!lease || _overtakable)
            {
                // Loaned memory is the sender's again once the message is consumed or overwritten.
                LoanedMemory.Detach(ref received.Value);
            }

            if (cloning is not null && received.Attempt != 0 && !TryClone(ref received.Value))
            {
                continue;
            }

            if (_overtakable)
            {
                // Pairs with the write barrier in ObjectLane.Prepare: a copy of a slot that is being overwritten is thrown away.
                Volatile.ReadBarrier();
                if (Volatile.Read(ref slot.Published) != ObjectRing<T>.MarkOf(_position) || ring.Oldest > _position)
                {
                    continue;
                }
            }

            if (received.Attempt == 0)
            {
                End();
                return false;
            }

            ulong position = _position++;
            NoteTaken(_overtakable);
            if (!lease)
            {
                Forget(position);
                Release(position);
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public override Glance TryReceiveUsual(ref T value, out int length, int looks = 1)
    {
        length = Unsafe.SizeOf<T>();
        ref ObjectRing<T>.Slot slot = ref ring.At(_position);

        // Acquire: pairs with the release in ObjectLane.Publish.
        bool there = Volatile.Read(ref slot.Published) == ObjectRing<T>.MarkOf(_position);
        for (; !there && looks > 1; looks--)
        {
            there = Volatile.Read(ref slot.Published) == ObjectRing<T>.MarkOf(_position);
        }

        if (!_plain || (there && (ObjectRing<T>.HoldsReferences || slot.Attempt == 0 || !IsInOrder(_position))))
        {
            return base.TryReceiveUsual(ref value, out length, looks);
        }

        if (!there)
        {
            return Glance.Nothing;
        }

        value = slot.Value;
        ConsumeNext(++_position, 1);
        return Glance.Message;
    }

    /// <inheritdoc/>
    public override bool TryReceive(out T value, out int length)
    {
        ref ObjectRing<T>.Slot slot = ref ring.At(_position);

        // Acquire: pairs with the release in ObjectLane.Publish.
        if (!_plain || Volatile.Read(ref slot.Published) != ObjectRing<T>.MarkOf(_position) || slot.Attempt == 0)
        {
            return base.TryReceive(out value, out length);
        }

        value = slot.Value;
        length = ring.LengthAt(_position);
        LoanedMemory.Detach(ref value);
        if (cloning is not null)
        {
            value = cloning.Clone(value, out _);
        }

        ulong position = _position++;
        Forget(position);
        ReleaseNext(position);
        return true;
    }

    /// <summary>Gives the reader blobs of its own. False where the message was overtaken meanwhile.</summary>
    private bool TryClone(ref T value)
    {
        try
        {
            value = cloning!.Clone(value, out _);
            return true;
        }
        catch (ObjectDisposedException) when (_overtakable)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public override int TryReceiveUsual(Span<T> values, out long bytes)
    {
        bytes = 0;
        if (!_together)
        {
            return 0;
        }

        int count = 0;
        for (; count < values.Length; count++)
        {
            ulong position = _position + (ulong)count;
            ref ObjectRing<T>.Slot slot = ref ring.At(position);

            // Acquire: pairs with the release in ObjectLane.Publish.
            // A loan is copied, and its memory then given back at once, by who takes it alone.
            if (Volatile.Read(ref slot.Published) != ObjectRing<T>.MarkOf(position) || slot.Attempt == 0 || LoanedMemory.Holds(ref slot.Value))
            {
                break;
            }

            values[count] = slot.Value;
            bytes += ring.LengthAt(position);
        }

        if (count > 0)
        {
            ulong first = _position;
            _position += (ulong)count;
            if (ObjectRing<T>.HoldsReferences)
            {
                for (ulong position = first; position < _position; position++)
                {
                    Forget(position);
                }
            }

            ReleaseNext(first, count);
        }

        return count;
    }

    /// <inheritdoc/>
    public override bool HasNothing => _plain && Volatile.Read(ref ring.At(_position).Published) != ObjectRing<T>.MarkOf(_position);

    /// <inheritdoc/>
    public override bool HasNext()
    {
        ref ObjectRing<T>.Slot slot = ref ring.At(_position);

        // Acquire: pairs with the release in ObjectLane.Publish.
        if (Volatile.Read(ref slot.Published) != ObjectRing<T>.MarkOf(_position))
        {
            return _overtakable && ring.Oldest > _position;
        }

        // Only a slot that can't be overwritten meanwhile is believed to be an end mark.
        if (_overtakable || slot.Attempt != 0)
        {
            return true;
        }

        End();
        return false;
    }

    /// <inheritdoc/>
    public override void Forget(ulong position)
    {
        // Before the release, after which the slot is the sender's. Slots that several subscribers read are cleared by overwriting.
        if (ObjectRing<T>.HoldsReferences && !shared)
        {
            ring.At(position).Value = default!;
        }
    }

    /// <inheritdoc/>
    protected override bool TryDiscard()
    {
        if (Volatile.Read(ref ring.At(_position).Published) != ObjectRing<T>.MarkOf(_position))
        {
            return false;
        }

        _position++;
        return true;
    }

    private void End()
    {
        Completed = true;
        Release(_position++);
    }

    private bool CatchUp()
    {
        ulong oldest = _latest ? Math.Max(ring.Oldest, ring.Newest) : ring.Oldest;
        if (oldest <= _position)
        {
            return false;
        }

        ulong missed = oldest - _position;
        _position = oldest;
        NoteMissed(missed, oldest);
        return true;
    }
}
