using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;
using Viaduct.Supervision.Linux;

namespace Viaduct.Supervision;

/// <summary>Carries out a <see cref="SpawnPlan"/>.</summary>
internal static unsafe class Spawner
{
    /// <summary>Makes the child's object of what was started.</summary>
    internal delegate ChildProcess Make(ChildProcessOptions options, SpawnPlan plan, int id, SafeFileHandle pidfd, ConfinementReport confinement);

    /// <summary>Starts the program; a child that can't be tied and watched is ended again.</summary>
    /// <exception cref="ChildStartException">The system refused.</exception>
    /// <exception cref="ConfinementException">A required part of its confinement can't be had.</exception>
    /// <exception cref="IOException">The process has no descriptor left.</exception>
    internal static ChildProcess Start(SpawnPlan plan, ChildProcessOptions options, Make make)
    {
        (int id, ConfinementReport confinement) = options.Confinement.Asked == ConfinementParts.None
            ? (Start(plan, options), ConfinementReport.Nothing)
            : ConfinedLaunch.Start(options.Confinement, options, plan);
        SafeFileHandle? pidfd = null;
        try
        {
            plan.Lifeline.Bind(id);
            pidfd = Watch(id);
            return make(options, plan, id, pidfd, confinement);
        }
        catch
        {
            End(id);
            pidfd?.Dispose();
            throw;
        }
    }

    /// <summary>What an error of posix_spawn means.</summary>
    internal static string Explain(SpawnPlan plan, int error)
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

    private static int Start(SpawnPlan plan, ChildProcessOptions options)
    {
        int id;
        int error = SpawnLibrary.PosixSpawn(&id, plan.Path, plan.Actions, plan.Attributes, plan.Arguments, plan.Environment);
        if (error != 0)
        {
            throw new ChildStartException(options.Executable, Explain(plan, error), error);
        }

        // Against core dumps; the child can hardly have got far.
        _ = ResourceLimits.Apply(id, options.Confinement, options);
        return id;
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

    /// <summary>Ends a child that nobody watches yet.</summary>
    internal static void End(int id)
    {
        _ = SpawnLibrary.Kill(-id, SpawnLibrary.SIGKILL);
        _ = SpawnLibrary.Kill(id, SpawnLibrary.SIGKILL);
        _ = Libc.Syscall(ProcessCalls.WaitId, SpawnLibrary.P_PID, id, 0, SpawnLibrary.WEXITED, 0, 0);
    }
}
