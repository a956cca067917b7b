namespace Viaduct.Tests.Support;

/// <summary>How far apart a test's two ends are.</summary>
public enum DistanceKind
{
    /// <summary>Two sockets of one node.</summary>
    Thread,

    /// <summary>Two nodes that share a runtime directory, and memory.</summary>
    SharedMemory,

    /// <summary>Two nodes that share a runtime directory, but no memory.</summary>
    UnixSocket,

    /// <summary>Two nodes with runtime directories of their own, on the network.</summary>
    Machine,
}
