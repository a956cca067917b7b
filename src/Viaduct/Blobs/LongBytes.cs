namespace Viaduct.Blobs;

/// <summary>Bytes of a call that are long enough to lie beside it, in memory that the other end reads where they are.</summary>
internal static class LongBytes
{
    /// <summary>
    /// From so many bytes on. Copying fewer through the call costs no more than taking shared memory for them and telling the other end where they are: measured,
    /// see docs/decisions/0029-long-bytes-lie-beside-a-call.md.
    /// </summary>
    public const int Least = 32 * 1024;

    /// <summary>The most of them beside one call: holds are few, and what is sent in so many parts is better copied.</summary>
    public const int Most = 16;
}
