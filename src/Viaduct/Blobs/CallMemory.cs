using System.Buffers;
using Viaduct.Memory;

namespace Viaduct.Blobs;

/// <summary>Bytes of an argument that a method may change until its call has ended; then its members throw. Used by the method's threads, ended by one.</summary>
internal sealed class CallMemory(Chunk chunk, int length) : MemoryManager<byte>
{
    private volatile bool _ended;

    /// <summary>Where they lie.</summary>
    public Piece Piece => chunk;

    /// <inheritdoc/>
    public override Memory<byte> Memory => CreateMemory(length);

    /// <summary>The call is over: the memory is the pool's again.</summary>
    public void End()
    {
        _ended = true;
        chunk.Release();
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => _ended
        ? throw new ObjectDisposedException(nameof(Memory<byte>), "The memory came as an argument of a call that has ended. Copy its bytes during the call to keep them.")
        : chunk.GetSpan()[..length];

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        GetSpan();
        return chunk.Pin(elementIndex);
    }

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
