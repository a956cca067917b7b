namespace Viaduct.Cli.Demo.Roles;

/// <summary>What a process of the demo can tell.</summary>
internal enum RoleReportKind
{
    /// <summary>Reader and merger: the socket is open. A worker: it has met both.</summary>
    Ready,

    /// <summary>How far it is.</summary>
    Progress,

    /// <summary>The reader: half of the events are sent.</summary>
    HalfWay,

    /// <summary>It did everything.</summary>
    Done,

    /// <summary>The reader or the merger is gone.</summary>
    PeerLost,

    /// <summary>It cannot go on.</summary>
    Failed,
}
