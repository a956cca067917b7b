namespace Viaduct.Benchmarks.Worker;

/// <summary>How the bytes of a call get to the service and back.</summary>
internal enum BytesRoad
{
    /// <summary>A blob that the service overwrites: what it writes is the blob's new version.</summary>
    Blob,

    /// <summary>A blob that the service changes where it lies, as far as it sees.</summary>
    BlobInPlace,

    /// <summary>A span of the caller's own memory, changed where it lies.</summary>
    Span,
}
