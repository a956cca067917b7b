using System.Net.Sockets;

namespace Viaduct.Linux;

/// <summary>Who is at the other end of a Unix socket, by the kernel.</summary>
internal static class PeerCredentials
{
    /// <summary>What users of an unmapped namespace look like; no identity.</summary>
    private const uint OverflowId = 65534;

    /// <summary>The peer's process and user when it connected (or listened).</summary>
    /// <exception cref="PeerRefusedException">The kernel cannot name the peer: it is of a foreign process or user namespace.</exception>
    internal static (int Pid, uint Uid, uint Gid) Of(SafeSocketHandle socket)
    {
        bool held = false;
        socket.DangerousAddRef(ref held);
        try
        {
            return Of((int)socket.DangerousGetHandle());
        }
        finally
        {
            if (held)
            {
                socket.DangerousRelease();
            }
        }
    }

    /// <inheritdoc cref="Of(SafeSocketHandle)"/>
    internal static unsafe (int Pid, uint Uid, uint Gid) Of(int fd)
    {
        uint* credentials = stackalloc uint[3];
        uint length = 12;
        if (Libc.GetSockOpt(fd, Libc.SOL_SOCKET, Libc.SO_PEERCRED, credentials, &length) != 0 || length != 12)
        {
            throw Libc.Failure("The peer of a socket cannot be identified", Libc.LastError);
        }

        (int pid, uint uid, uint gid) = ((int)credentials[0], credentials[1], credentials[2]);
        if (pid == 0)
        {
            throw new PeerRefusedException(
                "A peer on the Unix socket",
                "its process has no number here, since it lives in a process namespace that this one cannot see; share the namespace.");
        }

        return uid == OverflowId
            ? throw new PeerRefusedException(
                $"Process {pid}",
                "its user has no number here, since it lives in a user namespace that is not mapped; map it, or run both as one user.")
            : (pid, uid, gid);
    }
}
