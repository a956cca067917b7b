using System.Diagnostics.CodeAnalysis;
using Viaduct.Memory;
using Viaduct.Nodes;
using Viaduct.Wire.Frames;

namespace Viaduct.Blobs;

/// <summary>
/// The memory of all blobs that this process writes, pooled and pre-faulted, handed to each peer once; and what peers still hold of it. Thread-safe.
/// </summary>
internal static class BlobMemory
{
    /// <summary>More than this the blobs of one process never take.</summary>
    public const long MostBytes = 4L << 30;

    /// <summary>
    /// What a peer held whose connection ended stays as it is for so many milliseconds: others that it handed a blob on to hear of its end meanwhile.
    /// </summary>
    private const int Quarantine = 10_000;

    /// <summary>How long after the end of its connection a peer's process may take to end, so that blobs of it stay readable: milliseconds, well below the quarantine.</summary>
    public static int Grace { get; set; } = Quarantine / 2;

    /// <summary>Pieces that are looked at before memory is taken.</summary>
    private const int SweptAtOnce = 8;

    private static readonly Lock s_lock = new();
    private static readonly ChunkPool s_pool = new(CreateBlock, RetireBlock, MostBytes) { Freed = static () => { } };
    private static readonly ChunkShare s_share = new(s_pool, MostBytes);
    private static readonly List<SharedBlock> s_blocks = [];

    /// <summary>Memory of others that this process hands on, by the number that it goes under.</summary>
    private static readonly Dictionary<int, ForeignSegment> s_relayed = [];

    /// <summary>Given back here, and held by peers.</summary>
    private static readonly List<Piece> s_lingering = [];

    /// <summary>Until when pieces stay as they are whose holder's connection ended; null before the first. Under the lock.</summary>
    private static Dictionary<ulong, long>? s_quarantined;

    /// <summary>What a sweep of this thread has found; empty between them, and kept so that a sweep allocates nothing.</summary>
    [ThreadStatic]
    private static List<Piece>? t_free;

    private static BlobPeer[] s_peers = [];
    private static int s_nextLook;
    private static long s_copied;
    private static long s_lastRent;

    /// <summary>Bytes of all blocks.</summary>
    public static long Bytes => s_pool.Bytes;

    /// <summary>Memory files that each peer has of this process: its own, and those that it hands on.</summary>
    public static int Files
    {
        get
        {
            lock (s_lock)
            {
                return s_blocks.Count + s_relayed.Count;
            }
        }
    }

    /// <summary>Bytes of the chunks that blobs lie in.</summary>
    public static long Rented => s_pool.Rented;

    /// <summary>Bytes that were copied since a blob could not go by reference, or was written while others read it.</summary>
    public static long Copied => Interlocked.Read(ref s_copied);

    /// <summary>Pieces that nobody uses here any more, and others still do.</summary>
    public static int Lingering
    {
        get
        {
            lock (s_lock)
            {
                return s_lingering.Count;
            }
        }
    }

    /// <summary>Pieces that stay as they are since somebody whose connection ended held them.</summary>
    public static int Quarantined
    {
        get
        {
            lock (s_lock)
            {
                return s_quarantined?.Count ?? 0;
            }
        }
    }

    /// <summary>Memory for a blob, with one user.</summary>
    /// <exception cref="InsufficientMemoryException">Blobs take as much as they may.</exception>
    /// <exception cref="IOException">The system has no more.</exception>
    public static Chunk Rent(int length)
    {
        if (TryRentNow(length, out Chunk chunk))
        {
            return chunk;
        }

        // Blobs that were forgotten, and not disposed, hold theirs until they are collected.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Sweep();
        return s_share.TryRent(length, out chunk) ? chunk : throw new InsufficientMemoryException(WhoHolds(length));
    }

    /// <summary>As <see cref="Rent"/>, for what could do without: false where there is none.</summary>
    public static bool TryRent(int length, [MaybeNullWhen(false)] out Chunk chunk)
    {
        try
        {
            if (length <= Blob.MaxLength && TryRentNow(length, out chunk))
            {
                return true;
            }
        }
        catch (IOException)
        {
            // The system has no more; who asks may have room of his own.
        }

        chunk = null;
        return false;
    }

    /// <summary>The memory that goes under a number to peers; null when there is none.</summary>
    public static MemoryBlock? Find(int segment)
    {
        lock (s_lock)
        {
            return s_relayed.TryGetValue(segment, out ForeignSegment? relayed) ? relayed.Block : s_blocks.Find(block => block.SegmentId == segment);
        }
    }

    /// <summary>Counts bytes that had to be copied.</summary>
    public static void NoteCopied(int bytes) => Interlocked.Add(ref s_copied, bytes);

    /// <summary>A peer said where its table lies: it gets every block there is, and from now on each new one.</summary>
    public static void Join(BlobPeer peer)
    {
        lock (s_lock)
        {
            s_peers = [.. s_peers, peer];
            foreach (SharedBlock block in s_blocks)
            {
                peer.Session.Share(block, SegmentKind.Blobs);
            }

            foreach ((int id, ForeignSegment segment) in s_relayed)
            {
                peer.Session.ShareRelayed(id, segment);
            }
        }
    }

    /// <summary>A peer's connection ended.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="isDead">Whether its process has ended, too, so that it reads nothing any more.</param>
    public static void Leave(BlobPeer peer, bool isDead)
    {
        lock (s_lock)
        {
            s_peers = Array.FindAll(s_peers, other => other != peer);
            long until = Environment.TickCount64 + Quarantine;
            foreach (ulong held in peer.Holdings())
            {
                if ((!isDead || (held & HoldTable.Forwarded) != 0) && IsHandedOut(held))
                {
                    (s_quarantined ??= [])[held & ~HoldTable.Forwarded] = until;
                }
            }
        }

        Sweep();
    }

    /// <summary>The last user in this process is through with memory that others were told of: it is free when they are.</summary>
    public static void Settle(Piece piece)
    {
        lock (s_lock)
        {
            if (IsHeld(piece))
            {
                s_lingering.Add(piece);
                return;
            }
        }

        piece.Free();
    }

    /// <summary>Whether a peer uses memory; its one user here asks.</summary>
    public static bool IsHeldElsewhere(Piece piece)
    {
        lock (s_lock)
        {
            return IsHeld(piece);
        }
    }

    /// <summary>Looks again at what peers held.</summary>
    public static void Sweep() => Sweep(int.MaxValue);

    /// <summary>Looks again at so many pieces that peers held, in turn.</summary>
    private static void Sweep(int most)
    {
        if (s_lingering.Count == 0 && s_quarantined is null or { Count: 0 })
        {
            return;
        }

        List<Piece>? free = null;
        lock (s_lock)
        {
            long now = Environment.TickCount64;
            if (s_quarantined is { Count: > 0 } quarantined)
            {
                foreach ((ulong key, long until) in quarantined)
                {
                    if (now >= until)
                    {
                        quarantined.Remove(key);
                    }
                }
            }

            for (int looks = Math.Min(most, s_lingering.Count); looks > 0; looks--)
            {
                int i = (s_nextLook++ & int.MaxValue) % s_lingering.Count;
                Piece piece = s_lingering[i];
                if (!IsHeld(piece))
                {
                    s_lingering[i] = s_lingering[^1];
                    s_lingering.RemoveAt(s_lingering.Count - 1);
                    s_nextLook = i;
                    (free ??= t_free ??= []).Add(piece);
                }
            }
        }

        if (free is null)
        {
            return;
        }

        try
        {
            foreach (Piece piece in free)
            {
                piece.Free();
            }
        }
        finally
        {
            free.Clear();
        }
    }

    /// <summary>Gives memory back that lay idle for so many milliseconds.</summary>
    public static void Trim(long idle)
    {
        Sweep();
        if (Environment.TickCount64 - Volatile.Read(ref s_lastRent) >= idle)
        {
            s_share.Flush();
        }

        s_pool.Trim(idle);
    }

    /// <summary>Lets peers have memory of another process that this one handed them blobs of.</summary>
    public static void Relay(ForeignSegment segment, int id)
    {
        lock (s_lock)
        {
            s_relayed.Add(id, segment);
            foreach (BlobPeer peer in s_peers)
            {
                peer.Session.ShareRelayed(id, segment);
            }
        }
    }

    /// <summary>Nobody holds anything of relayed memory any more, and its owner is done with it.</summary>
    public static void EndRelay(int id)
    {
        lock (s_lock)
        {
            if (s_relayed.Remove(id))
            {
                TellRetired(id);
            }
        }
    }

    /// <summary>Whether a key is of memory that peers have of this process: whatever else one wrote into its table is nothing to be kept, however much it is.</summary>
    private static bool IsHandedOut(ulong key)
    {
        (int segment, long offset) = HoldTable.PlaceOf(key);
        return Find(segment) is { } block && offset < block.Length;
    }

    private static bool TryRentNow(int length, out Chunk chunk)
    {
        Volatile.Write(ref s_lastRent, Environment.TickCount64);

        // What peers let go of meanwhile comes back first: it is still in the caches.
        Sweep(SweptAtOnce);
        if (s_share.TryRent(length, out chunk))
        {
            return true;
        }

        Sweep();
        return s_share.TryRent(length, out chunk);
    }

    private static bool IsHeld(Piece piece)
    {
        // Store → load: that nobody uses it here, or that its message is overtaken, is seen by whoever holds it before this looks. Pairs with HoldTable.Set.
        Shared.Fence();
        ulong key = HoldTable.KeyOf(piece.Segment, piece.Offset);
        foreach (BlobPeer peer in s_peers)
        {
            if (peer.Holds(key))
            {
                return true;
            }
        }

        return s_quarantined?.ContainsKey(key) == true;
    }

    private static SharedBlock CreateBlock(int size)
    {
        SharedBlock block = SharedBlock.Create(NodeMemory.NextSegment(), size);
        lock (s_lock)
        {
            s_blocks.Add(block);
            foreach (BlobPeer peer in s_peers)
            {
                peer.Session.Share(block, SegmentKind.Blobs);
            }
        }

        return block;
    }

    /// <summary>No blob lies in the block any more, anywhere.</summary>
    private static void RetireBlock(MemoryBlock block)
    {
        SharedBlock shared = (SharedBlock)block;
        lock (s_lock)
        {
            s_blocks.Remove(shared);
            TellRetired(shared.SegmentId);
        }

        shared.Retire();
    }

    private static void TellRetired(int id)
    {
        foreach (BlobPeer peer in s_peers)
        {
            peer.Session.Retire(id);
        }
    }

    private static string WhoHolds(int length)
    {
        lock (s_lock)
        {
            string held = string.Join(", ", s_peers
                .Select(peer => (peer.Session.PeerName, Count: peer.Holdings().Count(static key => key != 0)))
                .Where(static peer => peer.Count > 0)
                .Select(static peer => $"'{peer.PeerName}' {peer.Count}"));
            return $"There is no memory for a blob of {length} bytes: blobs of this process take {s_pool.Rented} of at most {MostBytes} bytes. "
                + $"Dispose those that are not needed any more. {(held.Length == 0 ? "No other process holds any." : $"Other processes hold: {held}.")}";
        }
    }
}
