using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Viaduct.Tests.Support;

/// <summary>Stands between two nodes on the network, so that a test can break or delay their connection without touching either.</summary>
public sealed class TcpProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private volatile bool _refusing;
    private readonly TimeSpan _delay;
    private readonly Lock _lock = new();
    private readonly (MemoryStream Asked, MemoryStream Answered)? _record;
    private int _accepted;
    private int _rounds;
    private bool _isAsking;

    /// <param name="target">What connections go on to.</param>
    /// <param name="delay">How long everything takes, each way.</param>
    /// <param name="records">Whether it keeps what it passes on.</param>
    public TcpProxy(IPEndPoint target, TimeSpan delay = default, bool records = false)
    {
        _record = records ? (new MemoryStream(), new MemoryStream()) : null;
        _target = target;
        _delay = delay;
        _listener.Start();
        _ = AcceptAll();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>How many connections were made so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>How often something came back after something had gone.</summary>
    public int Rounds => Volatile.Read(ref _rounds);

    /// <summary>Whether new connections are dropped at once.</summary>
    public bool Refusing
    {
        get => _refusing;
        set => _refusing = value;
    }

    /// <summary>What it kept: all bytes from who connected, and all from who accepted, each in their order.</summary>
    public (byte[] Asked, byte[] Answered) Record
    {
        get
        {
            lock (_lock)
            {
                return _record is { } record ? (record.Asked.ToArray(), record.Answered.ToArray()) : ([], []);
            }
        }
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

        await Task.WhenAll(Pump(near, far, asks: true), Pump(far, near, asks: false)).ConfigureAwait(false);
    }

    private async Task Pump(Socket from, Socket to, bool asks)
    {
        byte[] buffer = new byte[64 * 1024];
        var late = Channel.CreateUnbounded<(long Read, byte[] Bytes)>();
        Task sending = _delay > TimeSpan.Zero ? Send(to, late.Reader) : Task.CompletedTask;
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer).ConfigureAwait(false)) > 0)
            {
                Note(asks, buffer.AsSpan(0, read));
                if (_delay > TimeSpan.Zero)
                {
                    late.Writer.TryWrite((Stopwatch.GetTimestamp(), buffer[..read]));
                }
                else
                {
                    await Send(to, buffer.AsMemory(0, read)).ConfigureAwait(false);
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Broken by the test or by either node.
        }

        late.Writer.Complete();
        await sending.ConfigureAwait(false);
        Close(from);
        Close(to);
    }

    private async Task Send(Socket to, ChannelReader<(long Read, byte[] Bytes)> late)
    {
        try
        {
            await foreach ((long read, byte[] bytes) in late.ReadAllAsync().ConfigureAwait(false))
            {
                TimeSpan left = _delay - Stopwatch.GetElapsedTime(read);
                if (left > TimeSpan.Zero)
                {
                    await Task.Delay(left).ConfigureAwait(false);
                }

                await Send(to, bytes).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Broken by the test or by either node.
        }
    }

    private static async Task Send(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes).ConfigureAwait(false)..];
        }
    }

    private void Note(bool asks, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            (asks ? _record?.Asked : _record?.Answered)?.Write(bytes);
            _rounds += _isAsking && !asks ? 1 : 0;
            _isAsking = asks;
        }
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
