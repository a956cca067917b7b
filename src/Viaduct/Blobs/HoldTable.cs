using Viaduct.Memory;

namespace Viaduct.Blobs;

/// <summary>
/// Says to one peer which of its blobs this process uses: memory that this process writes and the peer reads before it uses a blob's
/// memory again. A hold stands here before the message that brought it counts as consumed, and so before the sender lets go of its
/// own; the kernel keeps no such thing, and no message is needed to end one. Thread-safe.
/// </summary>
internal sealed unsafe class HoldTable(Allocation place)
{
    /// <summary>The most blobs of one peer that can be held at a time.</summary>
    public const int Slots = 2048;

    /// <summary>Bytes that it takes: the count of slots in use on a line of its own, then the slots.</summary>
    public const int Size = SlotsOffset + (Slots * sizeof(ulong));

    /// <summary>Marks a hold that others rely on, which this process handed the blob on to.</summary>
    public const ulong Forwarded = 1UL << 31;

    private const int SlotsOffset = 128;
    private const int OffsetShift = 12;

    private readonly Lock _lock = new();
    private readonly List<int> _free = [];
    private int _used;

    /// <summary>Where it lies.</summary>
    public Allocation Place => place;

    /// <summary>What stands in a slot for the blob that begins there. Never 0, since no segment's number is.</summary>
    public static ulong KeyOf(int segment, long offset) => ((ulong)(uint)segment << 32) | (ulong)(offset >> OffsetShift);

    /// <summary>Adds a hold; its slot.</summary>
    /// <exception cref="InvalidOperationException">There are too many.</exception>
    public int Add(ulong key)
    {
        lock (_lock)
        {
            int slot;
            if (_free.Count > 0)
            {
                slot = _free[^1];
                _free.RemoveAt(_free.Count - 1);
            }
            else
            {
                if (_used == Slots)
                {
                    throw new InvalidOperationException($"This process holds {Slots} blobs of one peer, which is the most. Dispose those that are not needed any more.");
                }

                slot = _used++;
                Shared.Release((uint*)place.Pointer, (uint)_used);
            }

            Set(slot, key);
            return slot;
        }
    }

    /// <summary>Others rely on a hold from now on.</summary>
    public void Forward(int slot, ulong key) => Set(slot, key | Forwarded);

    /// <summary>Ends a hold.</summary>
    public void Remove(int slot)
    {
        lock (_lock)
        {
            Set(slot, 0);
            _free.Add(slot);
        }
    }

    /// <summary>The keys in a peer's table: <see cref="Add"/>'s, or anything.</summary>
    public static ulong[] Read(byte* table)
    {
        ulong[] keys = new ulong[UsedOf(table)];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = Shared.Acquire(SlotAt(table, i));
        }

        return keys;
    }

    /// <summary>Whether a key stands in a peer's table.</summary>
    public static bool Contains(byte* table, ulong key)
    {
        int used = UsedOf(table);
        for (int i = 0; i < used; i++)
        {
            // Acquire: what the peer read before it ended its hold is not read after this.
            if ((Shared.Acquire(SlotAt(table, i)) & ~Forwarded) == key)
            {
                return true;
            }
        }

        return false;
    }

    private static int UsedOf(byte* table) => (int)Math.Min(Shared.Acquire((uint*)table), Slots);

    private static ulong* SlotAt(byte* table, int slot) => (ulong*)(table + SlotsOffset) + slot;

    private void Set(int slot, ulong key)
    {
        Shared.Release(SlotAt(place.Pointer, slot), key);

        // Store → load against the look whether a message was overtaken meanwhile: pairs with the fence in BlobMemory.IsHeld.
        Shared.Fence();
    }
}
