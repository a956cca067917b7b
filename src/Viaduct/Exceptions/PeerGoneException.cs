namespace Viaduct;

/// <summary>The connection with the process whose memory a blob lies in has ended, and nobody keeps the bytes as they were.</summary>
/// <remarks>Of a process that died blobs stay readable: this is thrown where it lives on and may write, or where another one had handed the blob on.</remarks>
public sealed class PeerGoneException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="peer">The name of the node that the blob came from.</param>
    public PeerGoneException(string peer)
        : base($"The blob's bytes are gone: they lay with node '{peer}', and the connection with that ended. Copy what must outlive a connection.")
    {
        PeerName = peer;
    }

    /// <summary>The name of the node that the blob came from.</summary>
    public string PeerName { get; }
}
