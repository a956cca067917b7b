using System.Buffers;

namespace Viaduct.Memory;

/// <summary>
/// Memory at a fixed address that has users: as long as it has one its bytes are the message's or blob's that lies there. It may
/// grow stale after that, it never faults. Thread-safe.
/// </summary>
internal abstract unsafe class Piece : MemoryManager<byte>
{
    /// <summary>The first byte.</summary>
    public abstract byte* Pointer { get; }

    /// <summary>Bytes that it has at the most.</summary>
    public abstract int Size { get; }

    /// <summary>Where other processes find it: the block's number, as this process tells it to them.</summary>
    public abstract int Segment { get; }

    /// <summary>Where in the block it begins.</summary>
    public abstract long Offset { get; }

    /// <summary>Whether another process was ever told where it lies, and may be a user.</summary>
    public abstract bool IsExposed { get; }

    /// <summary>Whether this process may write it.</summary>
    public abstract bool IsOurs { get; }

    /// <summary>Who wrote it, if its bytes may be others by now: the connection ended, and nobody keeps them.</summary>
    public virtual string? LostOwner => null;

    /// <summary>Adds a user. False when there is none left: the caller's right to the memory has ended.</summary>
    public abstract bool TryHold();

    /// <summary>One user is through.</summary>
    public abstract void Release();

    /// <summary>Another process is about to be told where it lies. The caller is a user.</summary>
    public abstract void Expose();

    /// <summary>No process uses it any more.</summary>
    public abstract void Free();

    /// <summary>Whether the caller is the only user in this process.</summary>
    public abstract bool HasOneUser { get; }

    /// <summary>Its first bytes, as memory that user code may hold: it may grow stale, it never faults.</summary>
    public Memory<byte> First(int length) => CreateMemory(length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(Pointer + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
