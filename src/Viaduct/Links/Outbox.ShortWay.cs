using System.Runtime.CompilerServices;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <content>The short way of a message that goes to one lane, and needs nothing but room there (decision 0030).</content>
internal abstract partial class Outbox<T>
{
    /// <summary>Where values go that are sent as they are, as long as there are <see cref="Credits"/>: see <see cref="GoShortWay"/>.</summary>
    private RecordRing? _onlyRing;

    /// <summary>The same within the process.</summary>
    private ObjectLane<T>? _onlySlots;

    /// <summary>Rung behind a message that went the short way: see <see cref="GoShortWay"/>.</summary>
    private Bell _onlyBell = Bell.Silent;

    /// <summary>Where the short way leads: see <see cref="GoShortWay"/>.</summary>
    protected Lane<T>? OnlyLane { get; private set; }

    /// <summary>The one receiver of that lane; null where several may read it.</summary>
    protected SendLink<T>? OnlyLink { get; private set; }

    /// <summary>
    /// Sends a copy of a value, which is sent as it is, by the short way to another process, and by the thread that the gate leans towards. False where
    /// <see cref="TrySendInProcess"/> and <see cref="TrySend(in T, bool)"/> have to look closer; sent is nothing then (decision 0030).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySendUsual(in T message)
    {
        // Where the message is a variable the compiler knows that it is there. What the gate guards is read again within it.
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>() || Unsafe.IsNullRef(in message) || _onlyRing is null || !Gate.TryEnterAsOwner())
        {
            return false;
        }

        ulong sequence = Sequence;
        if (sequence >= _creditEnd || OnlyLink is { IsEnding: true } || _onlyRing is not { } ring || !ring.TryWrite(message, sequence + 1))
        {
            Gate.ExitAsOwner();
            return false;
        }

        NoteUsualAndExit(sequence + 1);
        return true;
    }

    /// <summary>As <see cref="TrySendUsual"/>, by the short way within the process.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySendInProcess(in T message)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>() || Unsafe.IsNullRef(in message) || _onlySlots is null || !Gate.TryEnterAsOwner())
        {
            return false;
        }

        ulong sequence = Sequence;
        if (sequence >= _creditEnd || OnlyLink is { IsEnding: true } || _onlySlots is not { } slots || !slots.TryWrite(message, sequence + 1))
        {
            Gate.ExitAsOwner();
            return false;
        }

        NoteUsualAndExit(sequence + 1);
        return true;
    }

    /// <summary>The message with that number went the short way. No call but the last one: what is kept over a call has to be saved, which are stores that a small message waits for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NoteUsualAndExit(ulong sequence)
    {
        Sequence = sequence;
        Bell bell = _onlyBell;
        if (bell.IsIdle)
        {
            Gate.ExitAsOwner();
        }
        else
        {
            RingAndExit(bell);
        }
    }

    /// <summary>Where the next message may go if it fits; null where <see cref="TryPut(in T, bool)"/> has to look closer. Under the gate.</summary>
    private Lane<T>? ShortWay
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Credits > 0 && !_completing && OnlyLink is null or { IsEnding: false } ? OnlyLane : null;
    }

    /// <summary>
    /// Sends a copy by the short way, where that takes nothing but room on the one lane. Never throws. Under the gate. No virtual method but the lane's own stands between: each
    /// call saves what it needs in memory (decision 0030).
    /// </summary>
    /// <param name="message">The message.</param>
    /// <returns>What is to be rung then; null where nothing was sent.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Bell? TryPutUsual(in T message)
    {
        if (ShortWay is not { } lane)
        {
            return null;
        }

        // What kind of lane it is must be known to the compiler to be asked cheaply: not of objects.
        bool put = !RuntimeHelpers.IsReferenceOrContainsReferences<T>() && lane is RecordLane<T> records
            ? records.TryPutUsual(message, Sequence + 1)
            : lane.TryPutUsual(message, Sequence + 1);
        if (!put)
        {
            return null;
        }

        // Read again: what is kept over a call has to be saved first.
        NoteSent(1, OnlyLane!.LastLength);
        return _onlyBell;
    }

    /// <summary>
    /// From now on messages may go to one lane, where nothing but <see cref="Credits"/> and its own room has to be looked at before. Only meant while there are credits: whatever
    /// changes that takes them away.
    /// </summary>
    /// <param name="lane">The lane; null where each message has to be looked at.</param>
    /// <param name="bell">What is rung then.</param>
    /// <param name="link">The one receiver of the lane; null where several may read it.</param>
    protected void GoShortWay(Lane<T>? lane, Bell bell, SendLink<T>? link)
    {
        OnlyLane = lane;
        OnlyLink = LastLink = link;
        _onlyBell = bell;
        _onlyRing = lane is RecordLane<T> { IsPlain: true } records ? records.Ring : null;
        _onlySlots = _size > 0 && lane is ObjectLane<T> { IsPlain: true } slots ? slots : null;
    }

    /// <summary>Counts the bytes of messages by which <see cref="Sequence"/> has grown; of one that is sent once more it has not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void NoteBytes(int count, long bytes)
    {
        if (bytes != (long)count * _size)
        {
            _bytesBeside += bytes - ((long)count * _size);
        }
    }

    /// <summary>Counts what was sent by the short way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void NoteSent(int count, long bytes)
    {
        Sequence += (ulong)count;
        NoteBytes(count, bytes);
        if (!ReferenceEquals(LastLink, OnlyLink))
        {
            // Written only where it changes: the collector is told of every reference that is written.
            LastLink = OnlyLink;
        }
    }
}
