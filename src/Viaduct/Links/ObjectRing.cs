using System.Runtime.CompilerServices;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>The slots that threads of one process hand messages over in: one writer, any number of readers.</summary>
internal sealed class ObjectRing<T>(int capacity)
{
    /// <summary>Clears what a slot refers to once it was consumed.</summary>
    public static readonly bool HoldsReferences = RuntimeHelpers.IsReferenceOrContainsReferences<T>();

    private readonly Slot[] _slots = new Slot[RecordRing.WindowFor(capacity)];
    private ulong _oldest;
    private ulong _newest;

    /// <summary>Positions that may be out at once, a power of two.</summary>
    public int Window => _slots.Length;

    /// <summary>The oldest position that was not overwritten. Written by the sender, read by readers that may be overtaken.</summary>
    public ulong Oldest
    {
        get => Volatile.Read(ref _oldest);
        set
        {
            Volatile.Write(ref _oldest, value);

            // Store → store against the overwriting that follows; pairs with the read barrier of the overtaken reader.
            Volatile.WriteBarrier();
        }
    }

    /// <summary>The position of the last message, once some reader wants only that. Written by the sender after the slot was published.</summary>
    public ulong Newest
    {
        get => Volatile.Read(ref _newest);
        set => Volatile.Write(ref _newest, value);
    }

    /// <summary>The slot of a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Slot At(ulong position)
    {
        Slot[] slots = _slots;
        return ref slots[(int)position & (slots.Length - 1)];
    }

    /// <summary>One message.</summary>
    public struct Slot
    {
        /// <summary>Position + 1 once the message may be read: written last (release), read first (acquire).</summary>
        public ulong Published;

        /// <summary>The sender's number for it.</summary>
        public ulong Sequence;

        /// <summary>Deliveries so far; 0 marks the end of the messages.</summary>
        public int Attempt;

        /// <summary>Bytes, where they are known.</summary>
        public int Length;

        /// <summary>The message.</summary>
        public T Value;
    }
}
