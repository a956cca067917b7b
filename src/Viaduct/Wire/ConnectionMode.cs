namespace Viaduct.Wire;

/// <summary>How messages travel on a connection.</summary>
internal enum ConnectionMode : byte
{
    /// <summary>In <see cref="FrameType.Data"/> frames.</summary>
    Stream = 0,

    /// <summary>In shared memory; the connection carries control frames and descriptors.</summary>
    SharedMemory = 1,
}
