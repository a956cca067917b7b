using System.Net;
using System.Net.Sockets;
using Viaduct.Linux;

namespace Viaduct.Transports;

/// <summary>
/// Connects on the poller. The framework's own asynchronous connect would have the framework watch the socket for good, which costs a wake of
/// one of its threads for whatever comes, though a <see cref="PolledTransport"/> reads it.
/// </summary>
internal sealed class PolledConnect : IPollHandler
{
    private readonly Socket _socket;
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PolledConnect(Socket socket) => _socket = socket;

    /// <summary>Connects a new socket, which never blocks from here on.</summary>
    /// <exception cref="SocketException">The address did not accept.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal static async Task ConnectAsync(Socket socket, IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        socket.Blocking = false;
        try
        {
            socket.Connect(endPoint);
            return;
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // It is under way: room to write says that it is over.
        }

        PolledConnect connect = new(socket);
        Poller.Shared.Add(socket.SafeHandle, connect, write: true);
        try
        {
            await connect._connected.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Poller.Shared.Remove(socket.SafeHandle);
        }
    }

    /// <inheritdoc/>
    void IPollHandler.OnReady(bool readable, bool writable, bool hangup)
    {
        // Once is enough: whoever waits goes on then.
        Poller.Shared.Remove(_socket.SafeHandle);
        try
        {
            int error = (int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            if (error == 0)
            {
                _connected.TrySetResult();
            }
            else
            {
                _connected.TrySetException(new SocketException(error));
            }
        }
        catch (ObjectDisposedException)
        {
            // Given up meanwhile: nobody waits.
        }
    }
}
