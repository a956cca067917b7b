using System.Net.Sockets;

namespace Viaduct.Linux;

/// <summary>Connects to a <see cref="UnixListener"/>.</summary>
internal static unsafe class UnixConnector
{
    /// <summary>How long a full backlog is waited for, in microseconds: a listener that is stopped must not stop its peers.</summary>
    private const long PatienceMicroseconds = 1_000_000;

    /// <summary>Connects to a path; the socket that is returned never blocks.</summary>
    /// <param name="path">Where the listener is.</param>
    /// <param name="waits">Whether to wait, at most a second, while more than the backlog's connections wait at the listener.</param>
    /// <exception cref="ArgumentException">The path is too long.</exception>
    /// <exception cref="SocketException">
    /// <see cref="SocketError.ConnectionRefused"/>: nobody listens there any more (a dead entry).
    /// <see cref="SocketError.AddressNotAvailable"/>: there is no such path. <see cref="SocketError.TimedOut"/>: the listener does not accept.
    /// <see cref="SocketError.AccessDenied"/>: this user may not connect.
    /// </exception>
    internal static SafeSocketHandle Connect(string path, bool waits)
    {
        Span<byte> storage = stackalloc byte[UnixAddress.Size];
        _ = new UnixAddress(path, storage);
        int fd = Libc.Socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC | (waits ? 0 : Libc.SOCK_NONBLOCK), 0);
        if (fd < 0)
        {
            throw Failure(path, Libc.LastError);
        }

        SafeSocketHandle socket = new(fd, ownsHandle: true);
        try
        {
            // Connecting without waiting fails when the backlog is full, and nothing says when it no longer is; so the socket of one who
            // can wait blocks during the connect, for a bounded time, and never afterwards.
            long* patience = stackalloc long[2];
            patience[0] = PatienceMicroseconds / 1_000_000;
            patience[1] = PatienceMicroseconds % 1_000_000;
            int result = Libc.SetSockOpt(fd, Libc.SOL_SOCKET, Libc.SO_SNDTIMEO, patience, 16);
            if (result == 0)
            {
                fixed (byte* address = storage)
                {
                    do
                    {
                        result = Libc.Connect(fd, address, (uint)storage.Length);
                    }
                    while (result != 0 && Libc.LastError == Libc.EINTR);
                }
            }

            if (result == 0)
            {
                int flags = Libc.Fcntl(fd, Libc.F_GETFL, 0);
                result = flags < 0 ? flags : Libc.Fcntl(fd, Libc.F_SETFL, flags | Libc.O_NONBLOCK);
            }

            return result == 0 ? socket : throw Failure(path, Libc.LastError);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SocketException Failure(string path, int error)
    {
        SocketError meaning = error switch
        {
            Libc.ECONNREFUSED => SocketError.ConnectionRefused,
            Libc.ENOENT => SocketError.AddressNotAvailable,
            Libc.EAGAIN => SocketError.TimedOut,
            Libc.EACCES or Libc.EPERM => SocketError.AccessDenied,
            Libc.EMFILE or Libc.ENFILE => SocketError.TooManyOpenSockets,
            _ => SocketError.SocketError,
        };
        return new SocketException((int)meaning, $"Cannot connect to '{path}': {Libc.Describe(error)}.");
    }
}
