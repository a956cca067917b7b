namespace Viaduct.Wire;

/// <summary>What a connection between two nodes is for.</summary>
internal enum ConnectionPurpose : byte
{
    /// <summary>Links between sockets.</summary>
    Peer = 0,

    /// <summary>A tool's questions; no links.</summary>
    Query = 1,
}
