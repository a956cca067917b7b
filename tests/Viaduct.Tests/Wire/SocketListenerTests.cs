using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Viaduct.Tests.Support;
using Viaduct.Transports;

namespace Viaduct.Tests.Wire;

public sealed class SocketListenerTests
{
    private static IPEndPoint AnyPort => new(IPAddress.Loopback, 0);

    [Fact]
    public async Task Every_connection_is_handed_over()
    {
        Channel<Socket> accepted = Channel.CreateUnbounded<Socket>();
        using SocketListener listener = new(AnyPort, socket => accepted.Writer.TryWrite(socket));
        Assert.NotEqual(0, listener.LocalEndPoint.Port);
        for (int i = 0; i < 50; i++)
        {
            using Socket socket = await ConnectAsync(listener);
            using Socket peer = await accepted.Reader.ReadAsync(Patience.Token).AsTask().Within();
            Assert.Equal(socket.LocalEndPoint, peer.RemoteEndPoint);
        }
    }

    [Fact]
    public async Task Accepts_that_fail_do_not_end_the_listening()
    {
        Channel<Socket> accepted = Channel.CreateUnbounded<Socket>();
        List<Exception> failures = [];
        int calls = 0;
        using SocketListener listener = new(
            AnyPort,
            socket => accepted.Writer.TryWrite(socket),
            error =>
            {
                failures.Add(error);
                throw new InvalidOperationException("A report that fails.");
            },
            (socket, cancellation) => calls++ < 3
                ? throw new SocketException((int)SocketError.TooManyOpenSockets)
                : socket.AcceptAsync(cancellation));

        using Socket connection = await ConnectAsync(listener);
        using Socket peer = await accepted.Reader.ReadAsync(Patience.Token).AsTask().Within();

        Assert.Equal(3, failures.Count);
        Assert.All(
            failures,
            static error => Assert.Equal(SocketError.TooManyOpenSockets, Assert.IsType<SocketException>(error).SocketErrorCode));
    }

    [Fact]
    public async Task A_callback_that_throws_costs_only_its_connection()
    {
        Channel<Socket> accepted = Channel.CreateUnbounded<Socket>();
        Channel<Exception> failures = Channel.CreateUnbounded<Exception>();
        InvalidOperationException error = new("not this one");
        bool first = true;
        using SocketListener listener = new(
            AnyPort,
            socket =>
            {
                if (first)
                {
                    first = false;
                    throw error;
                }

                accepted.Writer.TryWrite(socket);
            },
            failure => failures.Writer.TryWrite(failure));

        using Socket refused = await ConnectAsync(listener);
        Assert.Equal(0, await refused.ReceiveAsync(new byte[1], Patience.Token).AsTask().Within());
        Assert.Same(error, await failures.Reader.ReadAsync(Patience.Token).AsTask().Within());
        using Socket connection = await ConnectAsync(listener);
        using Socket peer = await accepted.Reader.ReadAsync(Patience.Token).AsTask().Within();
    }

    [Fact]
    public async Task After_the_end_nobody_can_connect_and_the_port_is_free()
    {
        SocketListener listener = new(AnyPort, static socket => socket.Dispose());
        IPEndPoint endPoint = listener.LocalEndPoint;
        listener.Dispose();
        listener.Dispose();

        await Assert.ThrowsAsync<SocketException>(
            () => SocketConnector.ConnectAsync("127.0.0.1", endPoint.Port, Patience.Limit, TestContext.Current.CancellationToken));
        using SocketListener next = new(endPoint, static socket => socket.Dispose());
        using Socket connection = await ConnectAsync(next);
    }

    [Fact]
    public async Task It_can_be_disposed_from_its_own_callback()
    {
        TaskCompletionSource<SocketListener> created = new();
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        SocketListener listener = new(AnyPort, socket =>
        {
            socket.Dispose();
            created.Task.Result.Dispose();
            done.SetResult();
        });
        created.SetResult(listener);
        using Socket connection = await ConnectAsync(listener);

        await done.Task.Within();
    }

    [Fact]
    public void A_port_in_use_is_an_error_at_once()
    {
        using SocketListener listener = new(AnyPort, static socket => socket.Dispose());

        SocketException error = Assert.Throws<SocketException>(
            () => new SocketListener(listener.LocalEndPoint, static socket => socket.Dispose()));
        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
    }

    private static Task<Socket> ConnectAsync(SocketListener listener) => SocketConnector.ConnectAsync(
        "127.0.0.1", listener.LocalEndPoint.Port, Patience.Limit, TestContext.Current.CancellationToken).Within();
}
