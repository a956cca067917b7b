namespace Viaduct;

/// <summary>How messages reach a peer.</summary>
public enum Route
{
    /// <summary>A ring inside this process; objects are handed over, not serialised.</summary>
    InProcess = 0,

    /// <summary>Memory shared with another process of this machine.</summary>
    SharedMemory = 1,

    /// <summary>A Unix stream socket to another process of this machine.</summary>
    UnixSocket = 2,

    /// <summary>TCP, usually to another machine.</summary>
    Tcp = 3,
}
