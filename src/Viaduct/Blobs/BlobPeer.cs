using Viaduct.Memory;
using Viaduct.Nodes;

namespace Viaduct.Blobs;

/// <summary>A process that blobs are shared with: it maps their memory, and says in its table which it uses. Immutable.</summary>
internal sealed unsafe class BlobPeer(Session session, MemoryBlock block, byte* table)
{
    /// <summary>The connection.</summary>
    public Session Session => session;

    /// <summary>Keeps the table's memory.</summary>
    public MemoryBlock Block => block;

    /// <summary>Whether it uses what stands under a key.</summary>
    public bool Holds(ulong key) => HoldTable.Contains(table, key);

    /// <summary>All that it says it uses.</summary>
    public ulong[] Holdings() => HoldTable.Read(table);
}
