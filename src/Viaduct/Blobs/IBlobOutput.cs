namespace Viaduct.Blobs;

/// <summary>An output of bytes that can carry blobs beside them.</summary>
internal interface IBlobOutput
{
    /// <summary>Adds a blob; its number.</summary>
    int Add(Blob blob);
}
