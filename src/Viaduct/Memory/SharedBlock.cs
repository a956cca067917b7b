using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;

namespace Viaduct.Memory;

/// <summary>A sealed memory file: written by its creator alone, read by the peers that were handed its descriptor.</summary>
internal sealed unsafe class SharedBlock : MemoryBlock
{
    private readonly SharedMemoryFile _file;
    private readonly byte* _pointer;
    private readonly long _length;

    private SharedBlock(SharedMemoryFile file)
    {
        _file = file;
        _pointer = file.Pointer;
        _length = file.Length;
    }

    /// <inheritdoc/>
    public override byte* Pointer => _pointer;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override Memory<byte> Memory => CreateMemory(SpanLength);

    private int SpanLength => (int)Math.Min(_length, int.MaxValue);

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(_pointer, SpanLength);

    /// <summary>Rings, pages or signs of life of a peer lie in it: it stays as long as the session with that one.</summary>
    public bool IsKept { get; set; }

    /// <summary>What is handed to peers; null on the reading side.</summary>
    public SafeFileHandle? Descriptor => _file.Descriptor;

    /// <summary>Makes a new pre-faulted file of this process.</summary>
    public static SharedBlock Create(int segmentId, long size) =>
        new(SharedMemoryFile.Create("viaduct", size)) { SegmentId = segmentId };

    /// <summary>Maps a peer's file read-only after its seals and size were verified.</summary>
    public static SharedBlock Open(int segmentId, SafeFileHandle received, long size) =>
        new(SharedMemoryFile.OpenReadOnly(received, size, size)) { SegmentId = segmentId };

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _file.Dispose();

    /// <summary>Gives the memory back to the system; the addresses stay readable (as zeros) for whoever still looks.</summary>
    public void Retire() => _file.Dispose();
}
