using System.Net.Sockets;

namespace Viaduct.Linux;

/// <summary>Listens at a path that appears only when connecting to it succeeds. Thread-safe.</summary>
internal sealed unsafe class UnixListener : IDisposable, IPollHandler
{
    /// <summary>Connections that wait to be accepted; the kernel takes the smaller of this and its own bound.</summary>
    private const int Backlog = 1024;

    /// <summary>Accepted in one go, before the poller serves others.</summary>
    private const int Burst = 64;

    /// <summary>The pause after a lack of descriptors, in milliseconds: the poller would spin on the waiting connection.</summary>
    private const int Pause = 100;

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly Action<SafeSocketHandle> _accepted;
    private readonly SafeSocketHandle _socket;

    /// <summary>Ends a pause; made at the first one.</summary>
    private Timer? _resume;

    /// <summary>Whether <see cref="Dispose"/> was called; under the lock.</summary>
    private bool _disposed;

    /// <summary>Binds, listens, renames to <paramref name="finalPath"/>, in this order, and starts accepting.</summary>
    /// <param name="finalPath">Where peers connect; at most 107 bytes.</param>
    /// <param name="accepted">Called on the poller's thread with each connection, which it owns then; must not block.</param>
    /// <param name="mode">The permissions of the socket: who may connect.</param>
    /// <exception cref="ArgumentException">The path is too long.</exception>
    /// <exception cref="IOException">The socket cannot be made there.</exception>
    internal UnixListener(string finalPath, Action<SafeSocketHandle> accepted, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        UnixAddress.CheckPath(finalPath);
        _path = finalPath;
        _accepted = accepted;
        string temporary = TemporaryPath(finalPath);
        int fd = Libc.Socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, 0);
        if (fd < 0)
        {
            throw Libc.Failure("A Unix socket cannot be made", Libc.LastError);
        }

        _socket = new SafeSocketHandle(fd, ownsHandle: true);
        try
        {
            Bind(fd, temporary);

            // A connect between bind and listen is refused, and the connector would take a live node for dead: hence the rename at
            // the end. Nobody but the owner can connect before the permissions are set, because the directory is closed to others.
            if (!TrySetMode(temporary, mode) || Libc.Listen(fd, Backlog) != 0 || Libc.Rename(temporary, finalPath) != 0)
            {
                int error = Libc.LastError;
                _ = Libc.Unlink(temporary);
                throw Libc.Failure($"Nobody can be listened for at '{finalPath}'", error);
            }

            Poller.Shared.Add(_socket, this);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>A confined process may change no permissions. It need not, where they only say once more what the directory says: nobody else.</summary>
    private static bool TrySetMode(string path, UnixFileMode mode) =>
        Libc.Chmod(path, (uint)mode) == 0 || (mode == (UnixFileMode.UserRead | UnixFileMode.UserWrite) && Libc.LastError == Libc.EPERM);

    /// <summary>The name under which a listener binds before it is ready: the final one, hidden, one letter shorter.</summary>
    internal static string TemporaryPath(string finalPath)
    {
        string name = Path.GetFileName(finalPath);
        return Path.Join(Path.GetDirectoryName(finalPath), $".{name[..^1]}");
    }

    /// <inheritdoc/>
    public void OnReady(bool readable, bool writable, bool hangup)
    {
        for (int i = 0; i < Burst; i++)
        {
            int fd;
            lock (_gate)
            {
                // Under the lock the socket cannot be disposed; the call itself never waits.
                if (_disposed)
                {
                    return;
                }

                fd = Libc.Accept4((int)_socket.DangerousGetHandle(), null, null, Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK);
                if (fd < 0 && !GoesOn(Libc.LastError))
                {
                    return;
                }
            }

            if (fd >= 0)
            {
                HandOver(new SafeSocketHandle(fd, ownsHandle: true));
            }
        }
    }

    /// <summary>Stops listening and removes the path. Connections that were accepted live on. Idempotent.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _resume?.Dispose();
            _ = Libc.Unlink(_path);
        }

        Poller.Shared.Remove(_socket);
        _socket.Dispose();
    }

    private static void Bind(int fd, string path)
    {
        Span<byte> storage = stackalloc byte[UnixAddress.Size];
        _ = new UnixAddress(path, storage);
        fixed (byte* address = storage)
        {
            // What lies there was left by a listener of the same name that died before its rename.
            if (Libc.Unlink(path) != 0 && Libc.LastError != Libc.ENOENT)
            {
                throw Libc.Failure($"'{path}' cannot be removed", Libc.LastError);
            }

            if (Libc.Bind(fd, address, (uint)storage.Length) != 0)
            {
                throw Libc.Failure($"A Unix socket cannot be bound at '{path}'", Libc.LastError);
            }
        }
    }

    /// <summary>Whether another connection may be there after this error; pauses if the process is out of descriptors. Under the lock.</summary>
    private bool GoesOn(int error)
    {
        switch (error)
        {
            case Libc.EINTR or Libc.ECONNABORTED:
                return true;
            case Libc.EMFILE or Libc.ENFILE or Libc.ENOBUFS or Libc.ENOMEM:
                Poller.Shared.Remove(_socket);
                _resume ??= new Timer(static listener => ((UnixListener)listener!).Resume(), this, Timeout.Infinite, Timeout.Infinite);
                _resume.Change(Pause, Timeout.Infinite);
                return false;
            default:
                return false;
        }
    }

    private void Resume()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            try
            {
                Poller.Shared.Add(_socket, this);
            }
            catch (IOException)
            {
                _resume?.Change(Pause, Timeout.Infinite);
            }
        }
    }

    private void HandOver(SafeSocketHandle connection)
    {
        try
        {
            _accepted(connection);
        }
        catch (Exception)
        {
            // One connection that cannot be served must not stop the next ones.
            connection.Dispose();
        }
    }
}
