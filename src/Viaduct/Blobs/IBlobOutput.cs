using Viaduct.Memory;

namespace Viaduct.Blobs;

/// <summary>An output of bytes that can carry blobs beside them.</summary>
internal interface IBlobOutput
{
    /// <summary>Adds a blob; its number.</summary>
    int Add(Blob blob);

    /// <summary>Lays bytes beside the message that belong where its next byte goes, in a copy. False where they should be written.</summary>
    bool TryAddBytes(scoped ReadOnlySpan<byte> bytes);

    /// <summary>As <see cref="TryAddBytes"/>, of bytes that lie in memory of this process already, of which the message becomes a user.</summary>
    bool TryAddPiece(Piece piece, int length);
}
