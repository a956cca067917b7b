using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;
using Viaduct.Supervision.Linux;

namespace Viaduct.Supervision;

/// <summary>Carries out a <see cref="SpawnPlan"/>.</summary>
internal static unsafe class Spawner
{
    /// <summary>Makes the child's object of what was started.</summary>
    internal delegate ChildProcess Make(ChildProcessOptions options, SpawnPlan plan, int id, SafeFileHandle pidfd);

    /// <summary>Starts the program; a child that can't be tied and watched is ended again.</summary>
    /// <exception cref="ChildStartException">The system refused.</exception>
    /// <exception cref="IOException">The process has no descriptor left.</exception>
    internal static ChildProcess Start(SpawnPlan plan, ChildProcessOptions options, Make make)
    {
        int id;
        int error = SpawnLibrary.PosixSpawn(&id, plan.Path, plan.Actions, plan.Attributes, plan.Arguments, plan.Environment);
        if (error != 0)
        {
            throw new ChildStartException(options.Executable, Explain(plan, error), error);
        }

        SafeFileHandle? pidfd = null;
        try
        {
            plan.Lifeline.Bind(id);
            if (!options.AllowCoreDump)
            {
                ulong* none = stackalloc ulong[2];
                _ = SpawnLibrary.SetLimits(id, SpawnLibrary.RLIMIT_CORE, none, null);
            }

            pidfd = Watch(id);
            return make(options, plan, id, pidfd);
        }
        catch
        {
            End(id);
            pidfd?.Dispose();
            throw;
        }
    }

    private static string Explain(SpawnPlan plan, int error)
    {
        string meaning = Libc.Describe(error);
        return error switch
        {
            Libc.ENOENT => $"'{plan.Executable}' is there, but not the interpreter that it names ({meaning}).",
            Libc.EACCES => $"this user may not execute '{plan.Executable}', or its file system forbids it ({meaning}).",
            SpawnLibrary.ENOEXEC => $"'{plan.Executable}' is no program that this kernel knows ({meaning}).",
            SpawnLibrary.E2BIG => $"its arguments and environment are too long together ({meaning}).",
            Libc.EAGAIN => $"this user or its container has no process left ({meaning}); raise the limit (ulimit -u, pids.max).",
            _ => $"the system refused: {meaning}.",
        };
    }

    private static SafeFileHandle Watch(int id)
    {
        nint pidfd = Libc.Syscall(ProcessCalls.PidfdOpen, id, 0, 0, 0, 0, 0);
        if (pidfd >= 0)
        {
            return new SafeFileHandle(pidfd, ownsHandle: true);
        }

        int error = Libc.LastError;
        throw error == Libc.ENOSYS
            ? new PlatformNotSupportedException("Child processes that are watched by the kernel need Linux 5.4. Here, use System.Diagnostics.Process.")
            : Libc.Failure("A child cannot be watched", error);
    }

    private static void End(int id)
    {
        _ = SpawnLibrary.Kill(-id, SpawnLibrary.SIGKILL);
        _ = SpawnLibrary.Kill(id, SpawnLibrary.SIGKILL);
        _ = Libc.Syscall(ProcessCalls.WaitId, SpawnLibrary.P_PID, id, 0, SpawnLibrary.WEXITED, 0, 0);
    }
}
