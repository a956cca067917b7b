using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Viaduct.Tests.Support;

/// <summary>Stands between two nodes on the network, so that a test can break their connection without touching either.</summary>
public sealed class TcpProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private volatile bool _refusing;
    private int _accepted;

    public TcpProxy(IPEndPoint target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAll();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>How many connections were made so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Whether new connections are dropped at once.</summary>
    public bool Refusing
    {
        get => _refusing;
        set => _refusing = value;
    }

    /// <summary>Breaks all connections, as a reset.</summary>
    public void Break()
    {
        foreach (Socket socket in _sockets.Keys)
        {
            Close(socket);
        }
    }

    public void Dispose()
    {
        _listener.Stop();
        Break();
    }

    private async Task AcceptAll()
    {
        try
        {
            while (true)
            {
                Socket near = await _listener.AcceptSocketAsync().ConfigureAwait(false);
                Interlocked.Increment(ref _accepted);
                _sockets[near] = true;
                if (_refusing)
                {
                    Close(near);
                    continue;
                }

                _ = Join(near);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task Join(Socket near)
    {
        var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _sockets[far] = true;
        try
        {
            near.NoDelay = true;
            await far.ConnectAsync(_target).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            Close(near);
            Close(far);
            return;
        }

        await Task.WhenAll(Pump(near, far), Pump(far, near)).ConfigureAwait(false);
    }

    private async Task Pump(Socket from, Socket to)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer).ConfigureAwait(false)) > 0)
            {
                for (int sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent)).ConfigureAwait(false);
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Broken by the test or by either node.
        }

        Close(from);
        Close(to);
    }

    private void Close(Socket socket)
    {
        _sockets.TryRemove(socket, out _);
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }

        socket.Dispose();
    }
}
