using System.Runtime.CompilerServices;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>The slots that threads of one process hand messages over in: one writer, any number of readers.</summary>
internal sealed unsafe class ObjectRing<T>
{
    /// <summary>Bytes of a cache line.</summary>
    private const int Line = 64;

    /// <summary>A slot of a value that fits into a line begins at a multiple of this, so that it lies in one.</summary>
    private const int Alignment = 32;

    /// <summary>A larger one begins at a multiple of this: little of the lines that travel is empty.</summary>
    private const int LargeAlignment = 16;

    private const int LargestBlock = 1 << 30;

    /// <summary><see cref="Slot.Attempt"/> of a message that is sent the first time, where it stands in the slot's first word.</summary>
    private const ulong FirstAttempt = 1UL << 32;

    /// <summary>Clears what a slot refers to once it was consumed.</summary>
    public static readonly bool HoldsReferences = RuntimeHelpers.IsReferenceOrContainsReferences<T>();

    /// <summary>Whether the two words of a slot of a value are its first 16 bytes, and its message is all that follows: not where the runtime lays out the value as it likes.</summary>
    private static readonly bool s_isPlain = !HoldsReferences && IsLaidOutAsItIs();

    /// <summary>Bytes from one slot of a value to the next.</summary>
    private static readonly int s_stride = RoundUp(Unsafe.SizeOf<Slot>(), Unsafe.SizeOf<Slot>() <= Line ? Alignment : LargeAlignment);

    /// <summary>Slots with references, which the collector has to see, or with more bytes than a block has; else none.</summary>
    private readonly Entry[] _entries = [];

    /// <summary>Slots of values, which may lie still, and what keeps their memory.</summary>
    private readonly byte* _first;
    private readonly object? _memory;
    private readonly int _mask;
    private ulong _oldest;
    private ulong _newest;

    /// <summary>Slots for a capacity.</summary>
    public ObjectRing(int capacity)
    {
        int window = RingSize.WindowFor(capacity);
        _mask = window - 1;
        if (HoldsReferences || (long)window * s_stride > LargestBlock)
        {
            _entries = new Entry[window];
        }
        else
        {
            PinnedBlock block = new(window * s_stride);
            _memory = block;
            _first = block.Pointer;
        }
    }

    /// <summary>Positions that may be out at once, a power of two.</summary>
    public int Window => _mask + 1;

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
        int index = (int)position & _mask;
        return ref HoldsReferences || _first == null ? ref _entries[index].Slot : ref Unsafe.AsRef<Slot>(_first + ((nint)index * s_stride));
    }

    /// <summary>Whether values are copied into their slots as they are, which <see cref="Write"/> does.</summary>
    public bool IsPlain => s_isPlain && _first != null;

    /// <summary>Writes and publishes a value in few stores: in few that wait until the reader's core has given the line up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ulong position, in T message, ulong sequence)
    {
        byte* slot = _first + ((nint)((int)position & _mask) * s_stride);
        Shared.WriteMessage(slot + RecordHeader.Size, message);

        // Release: pairs with the acquire in ObjectReceiveLink.TryTake.
        Shared.Release((ulong*)slot, MarkOf(position) | FirstAttempt, sequence);
    }

    /// <summary>Bytes of the message at a position, where they are known; of values without references those of each.</summary>
    public int LengthAt(ulong position) => HoldsReferences ? _entries[(int)position & _mask].Length : Unsafe.SizeOf<T>();

    /// <summary>Sets <see cref="LengthAt"/>, before the message is published.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetLength(ulong position, int length)
    {
        if (HoldsReferences)
        {
            _entries[(int)position & _mask].Length = length;
        }
    }

    /// <summary>
    /// What <see cref="Slot.Published"/> is once the message of a position may be read; never 0. The same again 2³¹ positions later, of which
    /// only a reader that may be overtaken could come to hear, and that looks at <see cref="Oldest"/> too.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MarkOf(ulong position) => ((uint)position << 1) | 1;

    private static bool IsLaidOutAsItIs()
    {
        Slot slot = default;
        ref byte first = ref Unsafe.As<Slot, byte>(ref slot);
        return BitConverter.IsLittleEndian
            && Unsafe.AreSame(ref first, ref Unsafe.As<uint, byte>(ref slot.Published))
            && Unsafe.ByteOffset(ref first, ref Unsafe.As<int, byte>(ref slot.Attempt)) == sizeof(uint)
            && Unsafe.ByteOffset(ref first, ref Unsafe.As<ulong, byte>(ref slot.Sequence)) == sizeof(ulong)
            && Unsafe.ByteOffset(ref first, ref Unsafe.As<T, byte>(ref slot.Value)) == RecordHeader.Size;
    }

    private static int RoundUp(int bytes, int multiple) => (bytes + (multiple - 1)) & -multiple;

    /// <summary>One message. Two words stand before it and not more, since they travel from core to core with it.</summary>
    public struct Slot
    {
        /// <summary><see cref="MarkOf"/> its position once the message may be read: written last (release), read first (acquire).</summary>
        public uint Published;

        /// <summary>Deliveries so far; 0 marks the end of the messages.</summary>
        public int Attempt;

        /// <summary>The sender's number for it.</summary>
        public ulong Sequence;

        /// <summary>The message.</summary>
        public T Value;
    }

    /// <summary>A slot, and what all values have the same of.</summary>
    private struct Entry
    {
        /// <summary>The slot.</summary>
        public Slot Slot;

        /// <summary>See <see cref="LengthAt"/>.</summary>
        public int Length;
    }
}
