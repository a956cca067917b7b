namespace Viaduct;

/// <summary>Between which places a channel's messages may pass. Anything but <see cref="Auto"/> means exactly that distance.</summary>
public enum Context
{
    /// <summary>Every distance, over the fastest route there is to each peer. The default.</summary>
    Auto = 0,

    /// <summary>Between threads of one process only.</summary>
    Thread = 1,

    /// <summary>Between processes of one machine only, never inside one process.</summary>
    LocalProcess = 2,

    /// <summary>Over the network only, also where the peer happens to be on the same machine.</summary>
    DistributedProcess = 3,
}
