namespace Viaduct.Nodes;

/// <summary>The bits of an OpenLink or LinkOpened frame.</summary>
[Flags]
internal enum LinkFlags
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>The socket that says so never sleeps, so it need not be woken.</summary>
    NeverSleeps = 1,

    /// <summary>A server's way back to its client.</summary>
    Replies = 2,

    /// <summary>Not an offer: the topology allows this sender one receiver, and it has another.</summary>
    RoleTaken = 4,

    /// <summary>Not a new link: the connection broke, and the sender asks where the receiver is.</summary>
    Resume = 8,
}
