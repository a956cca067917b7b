using System.Net;
using System.Net.Sockets;
using Viaduct.Tests.Support;
using Viaduct.Transports;

namespace Viaduct.Tests.Wire;

public sealed class SocketConnectorTests
{
    [Fact]
    public async Task It_connects_by_address_and_by_name()
    {
        using SocketListener listener = new(new IPEndPoint(IPAddress.Loopback, 0), static socket => socket.Dispose());
        int port = listener.LocalEndPoint.Port;

        using Socket byAddress = await ConnectAsync(new NodeAddress("127.0.0.1", port));

        // The name may lead to ::1 first, where nobody listens: the next address counts.
        using Socket byName = await ConnectAsync(new NodeAddress("localhost", port));
        Assert.Equal(port, ((IPEndPoint)byName.RemoteEndPoint!).Port);
    }

    [Fact]
    public async Task It_connects_by_the_sixth_version()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        using SocketListener listener = new(new IPEndPoint(IPAddress.IPv6Loopback, 0), static socket => socket.Dispose());

        using Socket socket = await ConnectAsync(NodeAddress.Parse($"[::1]:{listener.LocalEndPoint.Port}"));

        Assert.Equal(IPAddress.IPv6Loopback, ((IPEndPoint)socket.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task Nobody_there_is_a_refusal()
    {
        // A port that is taken but on which nobody listens.
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;

        SocketException error = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(new NodeAddress("127.0.0.1", port)));

        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    [Fact]
    public async Task Silence_ends_with_the_timeout_or_the_token()
    {
        // A listener whose queue is full and that never accepts lets Linux drop further attempts without an answer.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems refuse where Linux is silent.");
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        NodeAddress address = new("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port);
        List<Socket> waiting = [];
        try
        {
            TimeoutException error = await Assert.ThrowsAsync<TimeoutException>(async () =>
            {
                for (int i = 0; i < 20; i++)
                {
                    waiting.Add(await SocketConnector.ConnectAsync(
                        address, TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken));
                }
            });
            Assert.Contains("127.0.0.1", error.Message, StringComparison.Ordinal);

            using CancellationTokenSource cancellation = new();
            Task<Socket> attempt = SocketConnector.ConnectAsync(address, Timeout.InfiniteTimeSpan, cancellation.Token);
            await attempt.StaysPending();
            await cancellation.CancelAsync();
            OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt.Within());
            Assert.Equal(cancellation.Token, cancelled.CancellationToken);
        }
        finally
        {
            waiting.ForEach(static socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_an_error()
    {
        Exception? error = await Record.ExceptionAsync(() => ConnectAsync(new NodeAddress("no-such-host.invalid", 1)));

        Assert.True(error is SocketException or TimeoutException, error?.ToString());
    }

    private static Task<Socket> ConnectAsync(NodeAddress address) =>
        SocketConnector.ConnectAsync(address, Patience.Limit, TestContext.Current.CancellationToken).Within();
}
