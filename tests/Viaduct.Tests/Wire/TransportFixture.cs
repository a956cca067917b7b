using System.Net.Sockets;
using Viaduct.Tests.Support;
using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Tests.Wire;

/// <summary>Transports over one connection; checks at the end that every handler was called as promised.</summary>
internal sealed class TransportFixture : IAsyncDisposable
{
    private readonly SocketPair _sockets;
    private readonly Func<Socket, Transport> _over;
    private readonly List<(Transport Transport, TransportRecorder Handler)> _started = [];

    private TransportFixture(SocketPair sockets, Func<Socket, Transport> over)
    {
        _sockets = sockets;
        _over = over;
        Left = over(sockets.Left);
        Peer = sockets.Right;
    }

    /// <summary>The transport under test.</summary>
    internal Transport Left { get; }

    /// <summary>The other end as a bare socket.</summary>
    internal Socket Peer { get; }

    internal static async Task<TransportFixture> OpenAsync(Func<Socket, Transport> over, int kernelBuffers = 0) => new(await SocketPair.OpenAsync(kernelBuffers), over);

    /// <summary>Starts <see cref="Left"/>.</summary>
    internal TransportRecorder Start(TransportRecorder? handler = null) => Start(Left, handler);

    /// <summary>Starts a transport at the other end.</summary>
    internal (Transport Transport, TransportRecorder Handler) StartPeer(TransportRecorder? handler = null)
    {
        Transport transport = _over(Peer);
        return (transport, Start(transport, handler));
    }

    /// <summary>A Ping's bytes.</summary>
    internal static byte[] Ping(ulong stamp)
    {
        FrameBuilder output = new();
        new PingFrame(stamp).Write(output);
        return output.Written.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((Transport transport, TransportRecorder handler) in _started)
        {
            transport.Dispose();
            await handler.Closed.Within();
            Assert.Null(handler.Fault);
        }

        _sockets.Dispose();
    }

    private TransportRecorder Start(Transport transport, TransportRecorder? handler)
    {
        handler ??= new TransportRecorder();
        _started.Add((transport, handler));
        transport.Start(handler);
        return handler;
    }
}
