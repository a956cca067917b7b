using System.Globalization;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;
using Viaduct.Supervision.Linux;

namespace Viaduct.Supervision;

/// <summary>The child's side of <see cref="ChildProcess"/>: what this process inherited from the parent that started it. Thread-safe.</summary>
public static class ChildHost
{
    /// <summary>The variable that tells a child the number of its <see cref="Lifeline"/>.</summary>
    internal const string LifelineVariable = "VIADUCT_LIFELINE";

    /// <summary>The variable that tells a child the number of its end of the socket.</summary>
    internal const string SocketVariable = "VIADUCT_SOCKET";

    internal const int LifelineNumber = 3;
    internal const int SocketNumber = 4;

    private static readonly Lock s_gate = new();
    private static bool s_entered;
    private static bool s_isChild;
    private static int s_socket = -1;

    /// <summary>Whether a <see cref="ChildProcess"/> of another process is this one. Enters (<see cref="Enter"/>) if that was not done yet.</summary>
    public static bool IsChild => Enter();

    /// <summary>
    /// Takes over what was inherited: starts the watch that ends this process, and the process group that it leads, with its parent, and keeps
    /// the inherited descriptors from this process's own children. Idempotent; call it before anything else.
    /// </summary>
    /// <returns>Whether a <see cref="ChildProcess"/> of another process is this one.</returns>
    /// <remarks>
    /// The kernel ends a child with its parent anyway; the watch is a second net for the microseconds between the child's start and the
    /// moment when the parent has named it to the kernel.
    /// </remarks>
    public static bool Enter()
    {
        lock (s_gate)
        {
            if (s_entered)
            {
                return s_isChild;
            }

            s_entered = true;
            int lifeline = Take(LifelineVariable);
            s_socket = Take(SocketVariable);
            if (lifeline >= 0)
            {
                s_isChild = true;
                ParentWatch.Start(lifeline);
            }

            return s_isChild;
        }
    }

    /// <summary>
    /// This side's end of the socket to the parent: a connected, non-blocking Unix stream socket, which the caller owns; null if there is none
    /// or it was taken already. Enters (<see cref="Enter"/>) if that was not done yet.
    /// </summary>
    public static SafeSocketHandle? TakeSocket() => TakeNumber() is >= 0 and int number ? new SafeSocketHandle(number, ownsHandle: true) : null;

    /// <summary>As <see cref="TakeSocket"/>, without what the framework loads and starts for its sockets.</summary>
    internal static SafeFileHandle? TakeDescriptor() => TakeNumber() is >= 0 and int number ? new SafeFileHandle(number, ownsHandle: true) : null;

    /// <summary>The socket's number, once; -1 if there is none.</summary>
    private static int TakeNumber()
    {
        Enter();
        lock (s_gate)
        {
            (int number, s_socket) = (s_socket, -1);
            return number;
        }
    }

    /// <summary>The inherited descriptor that a variable names, from now on close-on-exec; -1 if there is none.</summary>
    private static int Take(string variable)
    {
        string? value = Platform.IsLinux ? Environment.GetEnvironmentVariable(variable) : null;
        if (value is null)
        {
            return -1;
        }

        // Children of this process that are started by other means must not take it for themselves.
        Environment.SetEnvironmentVariable(variable, null);
        return int.TryParse(value, CultureInfo.InvariantCulture, out int fd) && fd > 2
            && Libc.Fcntl(fd, SpawnLibrary.F_SETFD, SpawnLibrary.FD_CLOEXEC) == 0
            ? fd
            : -1;
    }
}
