using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;
using Viaduct.Supervision.Linux;

namespace Viaduct.Supervision;

/// <summary>
/// The pipe by which a child dies with its parent: only the parent holds the writing end, and when that closes, however the parent died, the
/// kernel sends SIGKILL to the child's process group.
/// </summary>
/// <remarks>
/// The signal is the one of asynchronous input (fcntl(2), <c>O_ASYNC</c>, <c>F_SETSIG</c>, <c>F_SETOWN_EX</c>), set on the open pipe, which the
/// child holds: no thread of the child has to run for it, so it ends one that hangs or is stopped, and programs that know nothing of it.
/// <c>PR_SET_PDEATHSIG</c> would follow the parent's thread instead of the parent. A child that closes the descriptor leaves this net;
/// <see cref="ParentWatch"/> is the second one, for the moment between the start and <see cref="Bind"/>.
/// </remarks>
internal sealed unsafe class Lifeline : IDisposable
{
    private readonly SafeFileHandle _parentEnd;

    /// <summary>Makes the pipe.</summary>
    /// <exception cref="IOException">The process has no descriptor left.</exception>
    internal Lifeline()
    {
        (SafeFileHandle childEnd, _parentEnd) = Descriptors.Pipe();
        using (childEnd)
        {
            ChildEnd = Descriptors.Raised(Descriptors.Number(childEnd));
        }

        // Without an owner nobody is signalled: naming one is the one step that is left once the child is there.
        int fd = Descriptors.Number(ChildEnd);
        if (Libc.Fcntl(fd, SpawnLibrary.F_SETSIG, SpawnLibrary.SIGKILL) != 0 || Libc.Fcntl(fd, Libc.F_SETFL, SpawnLibrary.O_ASYNC) != 0)
        {
            int error = Libc.LastError;
            Dispose();
            throw Libc.Failure("A pipe that signals its end cannot be made", error);
        }
    }

    /// <summary>What the child inherits; ours to close once it has started.</summary>
    internal SafeFileHandle ChildEnd { get; }

    /// <summary>Ties a process group to the pipe; afterwards <see cref="ChildEnd"/> can be closed.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    internal void Bind(int group)
    {
        // struct f_owner_ex { type, pid }
        int* owner = stackalloc int[2] { SpawnLibrary.F_OWNER_PGRP, group };
        if (Libc.Fcntl(Descriptors.Number(ChildEnd), SpawnLibrary.F_SETOWN_EX, (nint)owner) != 0)
        {
            throw Libc.Failure("A child cannot be tied to its parent's life", Libc.LastError);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ChildEnd.Dispose();
        _parentEnd.Dispose();
    }
}
