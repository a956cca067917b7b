using System.Net;
using System.Net.Sockets;

namespace Viaduct.Tests.Wire;

/// <summary>Two ends of one real TCP connection over loopback.</summary>
internal sealed class SocketPair : IDisposable
{
    private SocketPair(Socket left, Socket right)
    {
        Left = left;
        Right = right;
    }

    /// <summary>The end that connected.</summary>
    internal Socket Left { get; }

    /// <summary>The end that accepted.</summary>
    internal Socket Right { get; }

    /// <summary>Connects.</summary>
    /// <param name="kernelBuffers">The size of the kernel's buffers in bytes, so that they fill soon; 0 leaves them as they are.</param>
    internal static async Task<SocketPair> OpenAsync(int kernelBuffers = 0)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Socket left = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (kernelBuffers > 0)
        {
            listener.ReceiveBufferSize = kernelBuffers;
            listener.SendBufferSize = kernelBuffers;
            left.ReceiveBufferSize = kernelBuffers;
            left.SendBufferSize = kernelBuffers;
        }

        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        await left.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        return new SocketPair(left, await listener.AcceptAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
    }
}
