namespace Viaduct.Supervision;

/// <summary>Groups of system calls that a <see cref="Confinement"/> denies. What is denied fails with EPERM; calls newer than this library fail with ENOSYS.</summary>
[Flags]
public enum DeniedCalls
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Starting processes or other programs (fork, exec; threads are allowed), and leaving the process group.</summary>
    Processes = 1,

    /// <summary>Making, connecting and offering sockets of any kind. Inherited and received ones still carry messages.</summary>
    Sockets = 2,

    /// <summary>Sockets other than Unix, IPv4, IPv6 and netlink ones: raw packets, the kernel's ciphers, virtual machines.</summary>
    UnusualSockets = 4,

    /// <summary>Reading, writing and steering other processes (ptrace, process_vm_readv, pidfd_getfd, limits).</summary>
    OtherProcesses = 8,

    /// <summary>
    /// What only administers or attacks a kernel: mounts, namespaces, modules, kexec, BPF, io_uring, keys, performance counters, userfaultfd,
    /// swap, clocks, names, raw devices.
    /// </summary>
    Kernel = 16,

    /// <summary>Changing modes, owners, times and extended attributes of files, which Landlock does not see.</summary>
    Attributes = 32,

    /// <summary>
    /// Memory, semaphores and messages that processes of the whole machine find by number or name (System V, POSIX message queues), which neither files nor sockets are.
    /// </summary>
    Ipc = 64,

    /// <summary>All of them.</summary>
    All = 127,
}
