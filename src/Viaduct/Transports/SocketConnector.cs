using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Viaduct.Transports;

/// <summary>Opens TCP connections.</summary>
internal static class SocketConnector
{
    /// <summary>Connects to a node's address; see the other overload.</summary>
    internal static Task<Socket> ConnectAsync(NodeAddress address, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        ConnectAsync(address.Host, address.Port, timeout, cancellationToken);

    /// <summary>Connects to the first address of a host that answers.</summary>
    /// <param name="host">An IPv4 or IPv6 address, or a name.</param>
    /// <param name="port">The port.</param>
    /// <param name="timeout">For all of it, looking up the name included; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connected socket; the caller owns it.</returns>
    /// <exception cref="TimeoutException">No connection in time.</exception>
    /// <exception cref="SocketException">The name is unknown or no address accepted.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal static async Task<Socket> ConnectAsync(string host, int port, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? address)
                ? [address]
                : await Dns.GetHostAddressesAsync(host, limit.Token).ConfigureAwait(false);
            for (int i = 0; i < addresses.Length - 1; i++)
            {
                // An address that swallows everything must leave time for those after it.
                TimeSpan share = timeout == Timeout.InfiniteTimeSpan
                    ? timeout
                    : Max(TimeSpan.Zero, timeout - Stopwatch.GetElapsedTime(start)) / (addresses.Length - i);
                if (await TryConnectAsync(new IPEndPoint(addresses[i], port), share, limit.Token).ConfigureAwait(false) is Socket socket)
                {
                    return socket;
                }
            }

            return addresses.Length > 0
                ? await ConnectAsync(new IPEndPoint(addresses[^1], port), limit.Token).ConfigureAwait(false)
                : throw new SocketException((int)SocketError.HostNotFound);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No connection to {host} port {port} within {timeout.TotalSeconds:0.###} s.");
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <summary>One address of several: null if it does not accept in time.</summary>
    private static async Task<Socket?> TryConnectAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            return await ConnectAsync(endPoint, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>One address.</summary>
    private static async Task<Socket> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (Platform.IsLinux)
            {
                await PolledConnect.ConnectAsync(socket, endPoint, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            }

            if (Equals(socket.LocalEndPoint, socket.RemoteEndPoint))
            {
                // Nobody listens on this port of our own range: the system chose it for us as well, and TCP connected us to ourselves.
                throw new SocketException((int)SocketError.ConnectionRefused);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The longer of two.</summary>
    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
