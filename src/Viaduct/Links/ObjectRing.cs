using System.Runtime.CompilerServices;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>The slots that threads of one process hand messages over in: one writer, any number of readers.</summary>
internal sealed unsafe class ObjectRing<T>
{
    /// <summary>A slot of a value begins at a multiple of this, so that it touches no more cache lines than it must.</summary>
    private const int Alignment = 32;

    private const int LargestBlock = 1 << 30;

    /// <summary>Clears what a slot refers to once it was consumed.</summary>
    public static readonly bool HoldsReferences = RuntimeHelpers.IsReferenceOrContainsReferences<T>();

    /// <summary>Bytes from one slot of a value to the next.</summary>
    private static readonly int s_stride = (Unsafe.SizeOf<Slot>() + (Alignment - 1)) & ~(Alignment - 1);

    /// <summary>Slots with references, which the collector has to see, or with more bytes than a block has; else none.</summary>
    private readonly Slot[] _slots = [];

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
            _slots = new Slot[window];
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
        return ref HoldsReferences || _first == null ? ref _slots[index] : ref Unsafe.AsRef<Slot>(_first + ((nint)index * s_stride));
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
