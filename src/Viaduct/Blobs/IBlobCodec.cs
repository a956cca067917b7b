namespace Viaduct.Blobs;

/// <summary>A codec whose messages may carry blobs: encoding one adds them to an output that is an <see cref="IBlobOutput"/>.</summary>
internal interface IBlobCodec<out T>
{
    /// <summary>Whether messages have places for blobs.</summary>
    bool HasBlobs { get; }

    /// <summary>The message of some bytes, and of what came beside them.</summary>
    T Decode(ReadOnlySpan<byte> message, BlobList blobs);
}
