using Viaduct.Blobs;
using Viaduct.Linux;
using Viaduct.Memory;
using Viaduct.Rings;
using Viaduct.Tests.Hostile;
using Viaduct.Wire.Frames;

namespace Viaduct.HostilePeer;

/// <summary>One way of being hostile, repeated until so many cases are done.</summary>
internal abstract class Attack(Victim victim, Nonsense nonsense, int cases)
{
    /// <summary>Where in its file it says which of the victim's blobs it uses.</summary>
    private const int HoldsOffset = 768 * 1024;

    /// <summary>So many of them it may really claim to use: the victim keeps those, also for some time after.</summary>
    private const int MostClaims = 8;

    private const int FirstSlot = 128;

    protected Victim Victim => victim;

    protected Nonsense Nonsense => nonsense;

    /// <summary>Cases done.</summary>
    public int Done { get; protected set; }

    /// <summary>Links or connections that the victim ended.</summary>
    public int Ended { get; protected set; }

    protected bool IsOver => Done >= cases;

    /// <summary>Does all cases.</summary>
    public abstract void Run();

    /// <summary>Says where the table is that tells which of the victim's blobs this program uses: it then gets their memory. Now and then that is nowhere, or said twice.</summary>
    protected void OfferHolds(HostileConnection connection, SharedBlock block)
    {
        for (int i = Nonsense.Chance(30) ? 2 : 1; i > 0; i--)
        {
            connection.Send(new HoldsFrame(block.SegmentId, Nonsense.Chance(30) ? Nonsense.Long() : HoldsOffset).Write);
        }
    }

    /// <summary>
    /// Now and then writes something over the word by which the victim would learn of this program's death: that ends the connection, unless it gives the word back. A mark as the
    /// kernel writes it ends it after some seconds, so that <see cref="LifeAttack"/> tries it.
    /// </summary>
    protected void ScribbleLife(HostileConnection connection)
    {
        if (Nonsense.Chance(3000))
        {
            connection.Forge(Nonsense.Random.Next(4) switch
            {
                0 => 0u,
                1 => Libc.FUTEX_WAITERS | (uint)Nonsense.Random.Next(1, 1 << 22),
                2 => Libc.FUTEX_OWNER_DIED | Libc.FUTEX_WAITERS | (uint)Nonsense.Random.Next(1, 1 << 22),
                _ => (uint)Nonsense.Long() | 1,
            });
        }
    }

    /// <summary>Counts what the victim has published on a ring. What has overtaken this program is anything: then the count stays behind.</summary>
    protected static unsafe void Follow(byte* ring, int size, ref int offset, ref ulong sent)
    {
        for (int i = 0; i < 10_000 && Volatile.Read(ref *(ulong*)(ring + offset)) is not 0 and ulong word; i++)
        {
            int length = RecordHeader.Length(word);
            bool skips = RecordHeader.Kind(word) == RecordHeader.Skip;
            long next = skips ? 0 : length < 0 ? size : offset + (long)RecordHeader.Occupies(length);
            if (next > size - RecordHeader.Size)
            {
                return;
            }

            offset = (int)next;
            sent += skips ? 0ul : 1;
        }
    }

    /// <summary>Writes something over that table.</summary>
    protected unsafe void ScribbleHolds(HostileConnection connection, SharedBlock block)
    {
        byte* table = block.Pointer + HoldsOffset;
        ulong* slots = (ulong*)(table + FirstSlot);
        switch (Nonsense.Random.Next(8))
        {
            case 0:
                *(uint*)table = Nonsense.Chance(2) ? (uint)Nonsense.Long() : (uint)Nonsense.Random.Next(HoldTable.Slots + 2);
                break;
            case 1:
                *(uint*)table = HoldTable.Slots;
                break;
            case 2:
            case 3:
                if (connection.BlobFile is > 0 and int file)
                {
                    ulong key = HoldTable.KeyOf(file, Nonsense.Random.Next(256) << 12);
                    slots[Nonsense.Random.Next(MostClaims)] = Nonsense.Chance(3) ? key | HoldTable.Forwarded : key;
                }

                break;
            case 4:
                slots[Nonsense.Random.Next(MostClaims)] = 0;
                break;
            case 5:
                ((byte*)(slots + MostClaims))[Nonsense.Random.Next((HoldTable.Slots - MostClaims) * sizeof(ulong))] = (byte)Nonsense.Long();
                break;
            default:
                slots[Nonsense.Random.Next(MostClaims, HoldTable.Slots)] = Nonsense.Long();
                break;
        }
    }
}
