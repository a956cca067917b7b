using System.Net;
using System.Net.Sockets;

namespace Viaduct.Transports;

/// <summary>Accepts TCP connections until it is disposed, whatever a single accept comes to. Thread-safe.</summary>
internal sealed class SocketListener : IDisposable
{
    /// <summary>How many connections may wait to be accepted.</summary>
    private const int Backlog = 512;

    /// <summary>
    /// The first pause after a failed accept, in milliseconds; it doubles up to <see cref="LongestPause"/> and starts anew after a
    /// success.
    /// </summary>
    private const int FirstPause = 10;

    /// <summary>The longest pause after a failed accept, in milliseconds.</summary>
    private const int LongestPause = 500;

    private readonly Socket _socket;

    /// <summary>Gets every accepted connection, and owns it.</summary>
    private readonly Action<Socket> _accepted;

    /// <summary>Gets what went wrong with one connection.</summary>
    private readonly Action<Exception>? _failed;

    /// <summary>One accept; replaced by tests that need it to fail.</summary>
    private readonly Func<Socket, CancellationToken, ValueTask<Socket>> _accept;

    /// <summary>Ends the loop. Never disposed: it has no timer, and the loop may still look at it.</summary>
    private readonly CancellationTokenSource _end = new();

    /// <summary>Listens at once.</summary>
    /// <param name="endPoint">The address; port 0 lets the system choose one.</param>
    /// <param name="accepted">Gets every connection, on a pool thread, one after another; must not block. If it throws, the connection
    /// is closed.</param>
    /// <param name="failed">Told what went wrong with one connection; listening goes on.</param>
    /// <exception cref="SocketException">The address is in use or not this machine's.</exception>
    internal SocketListener(IPEndPoint endPoint, Action<Socket> accepted, Action<Exception>? failed = null)
        : this(endPoint, accepted, failed, static (socket, cancellation) => socket.AcceptAsync(cancellation))
    {
    }

    /// <summary>As the other constructor, with another way to accept.</summary>
    internal SocketListener(
        IPEndPoint endPoint, Action<Socket> accepted, Action<Exception>? failed, Func<Socket, CancellationToken, ValueTask<Socket>> accept)
    {
        _accepted = accepted;
        _failed = failed;
        _accept = accept;
        _socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(endPoint);
            _socket.Listen(Backlog);
            LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static listener => _ = listener.AcceptAllAsync(), this, preferLocal: false);
    }

    /// <summary>Where it listens, with the port that was chosen.</summary>
    internal IPEndPoint LocalEndPoint { get; }

    /// <summary>Stops listening. At most a call of the callback that runs already goes on.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _socket.Dispose();
    }

    /// <summary>The loop.</summary>
    private async Task AcceptAllAsync()
    {
        int pause = FirstPause;
        while (!_end.IsCancellationRequested)
        {
            try
            {
                Socket connection = await _accept(_socket, _end.Token).ConfigureAwait(false);
                pause = FirstPause;
                HandOver(connection);
                continue;
            }
            catch (Exception error)
            {
                if (_end.IsCancellationRequested)
                {
                    return;
                }

                Tell(error);
            }

            try
            {
                // Mostly a lack of descriptors or memory (EMFILE, ENFILE, ENOBUFS): the connection still waits, and trying again at
                // once would spin until somebody else gives some back.
                await Task.Delay(pause, _end.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = Math.Min(2 * pause, LongestPause);
        }
    }

    /// <summary>Gives a connection to its owner.</summary>
    private void HandOver(Socket connection)
    {
        if (_end.IsCancellationRequested)
        {
            connection.Dispose();
            return;
        }

        try
        {
            _accepted(connection);
        }
        catch (Exception error)
        {
            connection.Dispose();
            Tell(error);
        }
    }

    /// <summary>Reports an error; one thrown by the report itself must not end the listening.</summary>
    private void Tell(Exception error)
    {
        try
        {
            _failed?.Invoke(error);
        }
        catch (Exception)
        {
            // Nobody is left to tell.
        }
    }
}
