namespace Viaduct.Wire.Frames;

/// <summary>What lies in a memory file.</summary>
internal enum SegmentKind : byte
{
    /// <summary>Rings, pages, and messages too large for a ring.</summary>
    Messages = 0,

    /// <summary>Blobs of the sending process.</summary>
    Blobs = 1,

    /// <summary>Blobs of another process, which the sending one handed on.</summary>
    RelayedBlobs = 2,
}
