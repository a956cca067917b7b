using System.Net.Sockets;
using Viaduct.Discovery;

namespace Viaduct.Supervision;

/// <summary>
/// The end of a domain's wake socket that systemd listened on before this process was there: who finds nobody to call connects to it. That has started this
/// process, and means nothing more, so connections are closed as they come.
/// </summary>
internal sealed class WakeListener : IDisposable
{
    private readonly Socket _socket;

    public WakeListener(Socket socket)
    {
        _socket = socket;
        _ = AcceptAsync();
    }

    /// <summary>Where a domain's wake socket is.</summary>
    public static string PathOf(string? runtimeDirectory, string domain) => DomainDirectory.At(runtimeDirectory, domain, shared: false).WakePath;

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                (await _socket.AcceptAsync().ConfigureAwait(false)).Dispose();
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.OperationAborted or SocketError.InvalidArgument or SocketError.NotSocket)
            {
                return;
            }
            catch (SocketException)
            {
                // One who left before it was accepted, or no descriptor left: later.
                await Task.Delay(TimeSpan.FromMilliseconds(100)).ConfigureAwait(false);
            }
        }
    }
}
