namespace Viaduct.Supervision;

/// <summary>The parts of a <see cref="Confinement"/>, each of which a system may or may not be able to give.</summary>
[Flags]
public enum ConfinementParts
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>No program that it executes gains rights (no_new_privs); every other part rests on it.</summary>
    NoNewPrivileges = 1,

    /// <summary>It has no capabilities, also as root.</summary>
    Capabilities = 2,

    /// <summary>It can't start processes or other programs (seccomp).</summary>
    Processes = 4,

    /// <summary>It can't make the system calls that are denied (seccomp).</summary>
    SystemCalls = 8,

    /// <summary>It reaches the files that are allowed, and no others (Landlock).</summary>
    Files = 16,

    /// <summary>It reaches the TCP ports that are allowed, and no others (Landlock).</summary>
    Ports = 32,

    /// <summary>It can't signal processes, or connect to abstract Unix sockets, outside its confinement (Landlock).</summary>
    Scope = 64,

    /// <summary>It has a network of its own, without any interface but its own loopback (a network namespace).</summary>
    NetworkNamespace = 128,

    /// <summary>Its memory, processor time, files and processes are limited (rlimits).</summary>
    Limits = 256,

    /// <summary>It has System V shared memory, semaphores and messages, and POSIX message queues, of its own (an IPC namespace).</summary>
    IpcNamespace = 512,

    /// <summary>All of them.</summary>
    All = 1023,
}
