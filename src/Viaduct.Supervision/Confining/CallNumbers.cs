using System.Runtime.InteropServices;

namespace Viaduct.Supervision;

/// <summary>System calls by number, for filters: those of x64 and of arm64, -1 where a processor lacks one (asm/unistd.h of Linux 6.18).</summary>
internal static class CallNumbers
{
    /// <summary>The newest call that this library knows (file_setattr); later ones are unknown to it, so that no group can hold them.</summary>
    internal const int Newest = 469;

    // execve, execveat
    private static readonly (int X64, int Arm64)[] s_programs = [(59, 221), (322, 281)];

    // fork, vfork; clone is one too, by its arguments
    private static readonly (int X64, int Arm64)[] s_processes = [(57, -1), (58, -1)];

    // setsid, setpgid
    private static readonly (int X64, int Arm64)[] s_leaving = [(112, 157), (109, 154)];

    // socket, socketpair, connect, bind, listen, accept, accept4
    private static readonly (int X64, int Arm64)[] s_sockets =
        [(41, 198), (53, 199), (42, 203), (49, 200), (50, 201), (43, 202), (288, 242)];

    // ptrace, process_vm_readv, process_vm_writev, pidfd_getfd, kcmp, process_madvise
    private static readonly (int X64, int Arm64)[] s_otherProcesses = [(101, 117), (310, 270), (311, 271), (438, 438), (312, 272), (440, 440)];

    private static readonly (int X64, int Arm64)[] s_kernel =
    [
        // mount, umount2, pivot_root, chroot, move_mount, open_tree, fsopen, fsconfig, fsmount, fspick, mount_setattr, open_tree_attr
        (165, 40), (166, 39), (155, 41), (161, 51), (429, 429), (428, 428), (430, 430), (431, 431), (432, 432), (433, 433), (442, 442), (467, 467),

        // kexec_load, kexec_file_load, bpf, io_uring_setup, io_uring_enter, io_uring_register, keyctl, add_key, request_key
        (246, 104), (320, 294), (321, 280), (425, 425), (426, 426), (427, 427), (250, 219), (248, 217), (249, 218),

        // perf_event_open, userfaultfd, init_module, finit_module, delete_module, reboot, swapon, swapoff, unshare, setns
        (298, 241), (323, 282), (175, 105), (313, 273), (176, 106), (169, 142), (167, 224), (168, 225), (272, 97), (308, 268),

        // open_by_handle_at, name_to_handle_at, acct, quotactl, quotactl_fd, syslog, settimeofday, clock_settime, adjtimex, clock_adjtime
        (304, 265), (303, 264), (163, 89), (179, 60), (443, 443), (103, 116), (164, 170), (227, 112), (159, 171), (305, 266),

        // sethostname, setdomainname, personality, lookup_dcookie, iopl, ioperm, modify_ldt, vhangup, fanotify_init, mknod, mknodat
        (170, 161), (171, 162), (135, 92), (212, 18), (172, -1), (173, -1), (154, -1), (153, 58), (300, 262), (133, -1), (259, 33),
    ];

    private static readonly (int X64, int Arm64)[] s_attributes =
    [
        // chmod, fchmod, fchmodat, fchmodat2, chown, fchown, lchown, fchownat
        (90, -1), (91, 52), (268, 53), (452, 452), (92, -1), (93, 55), (94, -1), (260, 54),

        // setxattr, lsetxattr, fsetxattr, setxattrat, removexattr, lremovexattr, fremovexattr, removexattrat, file_setattr
        (188, 5), (189, 6), (190, 7), (463, 463), (197, 14), (198, 15), (199, 16), (466, 466), (469, 469),

        // utime, utimes, utimensat, futimesat
        (132, -1), (235, -1), (280, 88), (261, -1),
    ];

    private static readonly (int X64, int Arm64)[] s_ipc =
    [
        // shmget, shmat, shmctl, shmdt, semget, semop, semctl, semtimedop
        (29, 194), (30, 196), (31, 195), (67, 197), (64, 190), (65, 193), (66, 191), (220, 192),

        // msgget, msgsnd, msgrcv, msgctl, mq_open, mq_unlink
        (68, 186), (69, 189), (70, 188), (71, 187), (240, 180), (241, 181),
    ];

    /// <summary>Whether numbers of this processor are known.</summary>
    internal static bool IsKnown => RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    internal static int Clone => Select((56, 220));

    internal static int Clone3 => 435;

    internal static int Socket => Select((41, 198));

    internal static int Ioctl => Select((16, 29));

    internal static int SetLimits => Select((302, 261));

    internal static int GetProcessId => Select((39, 172));

    internal static int Write => Select((1, 64));

    internal static int Prctl => Select((157, 167));

    internal static int Unshare => Select((272, 97));

    internal static int SetCapabilities => Select((126, 91));

    internal static int Seccomp => Select((317, 277));

    internal static int LandlockCreateRuleset => 444;

    internal static int LandlockAddRule => 445;

    internal static int LandlockRestrictSelf => 446;

    /// <summary>Whether a call begins another program.</summary>
    internal static bool IsProgram(int number) => Numbers(s_programs).Contains(number);

    /// <summary>Whether a call begins a process, or, of clone, may.</summary>
    internal static bool IsProcess(int number) => number == Clone || Numbers(s_processes).Contains(number);

    /// <summary>The calls of <see cref="DeniedCalls.Processes"/> but for clone, of which the start of a child itself needs some.</summary>
    internal static IEnumerable<int> OfProcesses => Numbers(s_programs).Concat(Numbers(s_processes)).Concat(Numbers(s_leaving));

    /// <summary>What the groups deny without a look at arguments, but for <see cref="DeniedCalls.Processes"/>.</summary>
    internal static IEnumerable<int> Of(DeniedCalls groups)
    {
        IEnumerable<int> numbers = [];
        Add(DeniedCalls.Sockets, s_sockets);
        Add(DeniedCalls.OtherProcesses, s_otherProcesses);
        Add(DeniedCalls.Kernel, s_kernel);
        Add(DeniedCalls.Attributes, s_attributes);
        Add(DeniedCalls.Ipc, s_ipc);
        return numbers;

        void Add(DeniedCalls group, (int X64, int Arm64)[] calls)
        {
            if (groups.HasFlag(group))
            {
                numbers = numbers.Concat(Numbers(calls));
            }
        }
    }

    private static IEnumerable<int> Numbers((int X64, int Arm64)[] calls) => calls.Select(Select).Where(static number => number >= 0);

    private static int Select((int X64, int Arm64) call) => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? call.Arm64 : call.X64;
}
