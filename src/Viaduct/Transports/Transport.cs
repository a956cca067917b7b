using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Viaduct.Transports;

/// <summary>An ordered byte stream of frames between two nodes. All members are thread-safe.</summary>
internal abstract class Transport : IDisposable
{
    /// <summary>The most bytes that may wait to be sent; more is a peer that does not read, and closes the transport.</summary>
    internal const int MaxQueued = 64 * 1024 * 1024;

    /// <summary>Owns a connected TCP socket, with what this system does best.</summary>
    internal static Transport Over(Socket socket) => Platform.IsLinux ? new PolledTransport(socket) : new SocketTransport(socket);

    /// <summary>Where it leads, for people: "unix /path", "tcp 127.0.0.1:1 -> 127.0.0.1:2".</summary>
    internal abstract string Description { get; }

    /// <summary>Starts reading; once. A transport that was closed before calls <see cref="ITransportHandler.OnClosed"/> at once.</summary>
    internal abstract void Start(ITransportHandler handler);

    /// <summary>Sends whole frames after everything sent before. Never blocks; ignored after the close.</summary>
    /// <param name="frames">Whole frames; copied if they cannot leave at once.</param>
    /// <param name="descriptor">A descriptor that arrives with the first byte of <paramref name="frames"/>; Unix sockets only.</param>
    /// <exception cref="NotSupportedException">A descriptor is given and this transport carries none.</exception>
    internal abstract void Send(ReadOnlySpan<byte> frames, SafeFileHandle? descriptor = null);

    /// <summary>Asks for a call of <see cref="ITransportHandler.FillOutput"/>; cheap if asked already. Nothing where frames are sent directly.</summary>
    internal abstract void RequestOutput();

    /// <summary>As <see cref="RequestOutput"/>, but where little is sent on this very thread, before it returns: no other need wake up for that.</summary>
    /// <param name="source">What has something to send.</param>
    internal virtual void SendOutput(object source) => RequestOutput();

    /// <summary>Ends the stream without sending what waits. <see cref="ITransportHandler.OnClosed"/> follows exactly once. Idempotent.</summary>
    internal abstract void Close(Exception? error);

    /// <summary>Waits until all that was sent is the kernel's; false if that took too long or the transport ended first.</summary>
    internal abstract bool Drain(TimeSpan timeout);

    /// <summary>The same as <see cref="Close"/> without an error.</summary>
    public void Dispose() => Close(null);
}
