namespace Viaduct.Supervision;

/// <summary>The properties that objects of a description file have. The schema (services.schema.json) has the same.</summary>
internal static class DescriptionProperties
{
    /// <summary>Of the whole file.</summary>
    internal static readonly string[] File = ["$schema", "domain", "runtimeDirectory", "logs", "services"];

    /// <summary>Of where all logs go.</summary>
    internal static readonly string[] Logs = ["directory", "maxSize", "keep"];

    /// <summary>Of a service.</summary>
    internal static readonly string[] Service =
    [
        "command", "args", "environment", "workingDirectory", "offers", "start", "idleStop", "startTimeout", "stopGrace", "overlap", "restart", "watchdog", "confinement",
        "log", "dependsOn",
    ];

    /// <summary>Of what a service offers.</summary>
    internal static readonly string[] Offer = ["service", "capacity"];

    /// <summary>Of when it is started again.</summary>
    internal static readonly string[] Restart = ["when", "most", "within", "backoff"];

    /// <summary>Of how long that waits.</summary>
    internal static readonly string[] Backoff = ["initial", "maximum"];

    /// <summary>Of how it is found to hang.</summary>
    internal static readonly string[] Watchdog = ["interval", "timeout"];

    /// <summary>Of what it may do.</summary>
    internal static readonly string[] Confinement =
    [
        "preset", "read", "write", "connectPorts", "bindPorts", "memory", "processorTime", "openFiles", "fileSize", "processes", "require", "noNewPrivileges", "dropCapabilities",
        "deniedCalls", "limitFiles", "ownNetwork", "ownIpc",
    ];

    /// <summary>Of its log.</summary>
    internal static readonly string[] Log = ["file", "maxSize", "keep"];
}
