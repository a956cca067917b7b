using System.Runtime.InteropServices;

namespace Viaduct.Supervision.Linux;

/// <summary>The C library's functions that start, watch, limit and end processes, beside those of the core.</summary>
internal static unsafe partial class SpawnLibrary
{
    internal const int O_RDWR = 2;
    internal const int F_GETFD = 1;
    internal const int F_SETFD = 2;
    internal const int F_SETSIG = 10;
    internal const int F_SETOWN_EX = 15;
    internal const int F_DUPFD_CLOEXEC = 1030;
    internal const int FD_CLOEXEC = 1;
    internal const int O_ASYNC = 0x2000;
    internal const int F_OWNER_PGRP = 2;

    internal const short POSIX_SPAWN_SETPGROUP = 0x02;
    internal const short POSIX_SPAWN_SETSIGDEF = 0x04;
    internal const short POSIX_SPAWN_SETSIGMASK = 0x08;
    internal const short POSIX_SPAWN_SETSID = 0x80;

    internal const int P_PID = 1;
    internal const int P_PIDFD = 3;
    internal const int WNOHANG = 1;
    internal const int WEXITED = 4;
    internal const int CLD_EXITED = 1;
    internal const int CLD_DUMPED = 3;

    internal const int SIGKILL = 9;
    internal const int SIGTERM = 15;
    internal const short POLLIN = 1;
    internal const int E2BIG = 7;
    internal const int ENOEXEC = 8;

    /// <summary>Bytes that hold a <c>posix_spawn_file_actions_t</c> or a <c>posix_spawnattr_t</c> of any C library: the largest has 336.</summary>
    internal const int SpawnRecordSize = 1024;

    /// <summary>Bytes of a <c>sigset_t</c>.</summary>
    internal const int SignalSetSize = 128;

    private const string Name = "libc";

    [LibraryImport(Name, EntryPoint = "posix_spawn")]
    internal static partial int PosixSpawn(int* pid, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int FileActionsInit(void* actions);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int FileActionsDestroy(void* actions);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int FileActionsAddDup2(void* actions, int from, int to);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_addclose")]
    internal static partial int FileActionsAddClose(void* actions, int fd);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    internal static partial int FileActionsAddCloseFrom(void* actions, int first);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    internal static partial int FileActionsAddChdir(void* actions, byte* path);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_init")]
    internal static partial int AttributesInit(void* attributes);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int AttributesDestroy(void* attributes);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int AttributesSetFlags(void* attributes, short flags);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_setpgroup")]
    internal static partial int AttributesSetGroup(void* attributes, int group);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int AttributesSetDefaultSignals(void* attributes, void* signals);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_setsigmask")]
    internal static partial int AttributesSetMask(void* attributes, void* signals);

    [LibraryImport(Name, EntryPoint = "sigfillset")]
    internal static partial int FillSignalSet(void* signals);

    [LibraryImport(Name, EntryPoint = "pipe2", SetLastError = true)]
    internal static partial int Pipe2(int* ends, int flags);

    [LibraryImport(Name, EntryPoint = "socketpair", SetLastError = true)]
    internal static partial int SocketPair(int domain, int type, int protocol, int* ends);

    [LibraryImport(Name, EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int process, int signal);

    [LibraryImport(Name, EntryPoint = "_exit")]
    internal static partial void ExitNow(int code);

    [LibraryImport(Name, EntryPoint = "getpgrp")]
    internal static partial int GetGroup();

    [LibraryImport(Name, EntryPoint = "getpgid")]
    internal static partial int GetGroupOf(int process);

    [LibraryImport(Name, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollEntry* entries, nuint count, int timeoutMilliseconds);

    [LibraryImport(Name, EntryPoint = "prlimit", SetLastError = true)]
    internal static partial int SetLimits(int process, int resource, ulong* limits, ulong* old);

    [LibraryImport(Name, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int DeviceControl(int fd, nuint request, void* argument);

    [LibraryImport(Name, EntryPoint = "pthread_create")]
    internal static partial int CreateThread(nint* thread, void* attributes, delegate* unmanaged<void*, void*> run, void* argument);

    [LibraryImport(Name, EntryPoint = "pthread_join")]
    internal static partial int JoinThread(nint thread, void** result);

    /// <summary>The kernel's <c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        /// <summary>What is asked about.</summary>
        internal int Descriptor;

        /// <summary>What is asked for.</summary>
        internal short Events;

        /// <summary>What is the case.</summary>
        internal short Returned;
    }
}
