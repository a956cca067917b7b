using Viaduct.Tests.Adapters;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public abstract partial class ClientServerSuite
{
    [Fact]
    public async Task A_servers_error_reaches_the_caller_in_its_words()
    {
        (Client<long, long> client, Server<long, long> server) = await Pair();
        Task<long> call = client.CallAsync(1, Patience.Token).AsTask();
        using (Request<long, long> request = await server.ReceiveAsync(Patience.Token).Within())
        {
            request.Fail("no such number: ü");
        }

        var error = Assert.IsType<RemoteCallException>(await call.Outcome());
        Assert.Equal("no such number: ü", error.Error);
        await Exchange(client, server, 2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Requests_that_can_not_be_read_are_answered_and_the_next_that_can_is_received(bool isAwaited)
    {
        Assert.SkipWhen(Distance.Kind == DistanceKind.Thread, "Within a process numbers are not decoded.");
        const int Count = 200;
        var settings = new ChannelSettings { Capacity = 256, Codec = new UnluckyNumberCodec() };
        Server<long, long> server = Far.OpenServer(Doubling(settings), new ServerOptions { Wait = WaitMode.Sleep });
        var unlucky = (Client<long, long>)OpenSender(Near, settings);
        var other = (Client<long, long>)OpenSender(Near, settings);
        await Waiting.Until(() => server.Peers.Count == 2);

        // More than one look is made at, and nothing behind them yet.
        Task<long>[] unreadable = [.. Enumerable.Range(0, Count).Select(_ => unlucky.CallAsync(UnluckyNumberCodec.Unlucky, Patience.Token).AsTask())];
        Task<Request<long, long>> receiving = isAwaited ? server.ReceiveAsync(Patience.Token).AsTask() : Background.Run(() => server.Receive(Patience.Token));
        foreach (Task<long> call in unreadable)
        {
            Assert.Contains("can't read the request: thirteen", Assert.IsType<RemoteCallException>(await call.Outcome()).Error, StringComparison.Ordinal);
        }

        Assert.False(receiving.IsCompleted);
        Task<long> readable = other.CallAsync(7, Patience.Token).AsTask();
        using (Request<long, long> request = await receiving.Within())
        {
            Assert.Equal(7, request.Value);
            request.Reply(14);
        }

        Assert.Equal(14, await readable.Within());
#pragma warning disable VIA0002 // On purpose: there is none to be got.
        Assert.False(await Background.Run(() => server.TryReceive(out _, Patience.Moment)).Within());
#pragma warning restore VIA0002
    }

    [Fact]
    public async Task A_request_that_is_dropped_without_an_answer_fails_the_call()
    {
        (Client<long, long> client, Server<long, long> server) = await Pair();
        Task<long> call = Background.Run(() => client.Call(1, Patience.Token));

        (await server.ReceiveAsync(Patience.Token).Within()).Dispose();

        Assert.IsType<RemoteCallException>(await call.Outcome());
        await Exchange(client, server, 2);
    }

    [Fact]
    public async Task A_request_is_answered_once()
    {
        (Client<long, long> client, Server<long, long> server) = await Pair();
        Task<long> call = client.CallAsync(1, Patience.Token).AsTask();
        using Request<long, long> request = await server.ReceiveAsync(Patience.Token).Within();
        request.Reply(5);

        request.Reply(6);
        request.Fail("late");
        request.Dispose();
        request.Dispose();

        Assert.Equal(5, await call.Within());
        await Exchange(client, server, 2);
    }

    [Fact]
    public async Task A_call_that_is_not_answered_in_time_says_so_and_its_late_reply_goes_to_nobody()
    {
        (Client<long, long> client, Server<long, long> server) = await Pair(capacity: 2);
        Assert.False(await Background.Run(() => client.TryCall(1, Patience.Moment, out _)).Within());
        using Request<long, long> late = await server.ReceiveAsync(Patience.Token).Within();

        Task<long> call = client.CallAsync(2, Patience.Token).AsTask();
        using Request<long, long> request = await server.ReceiveAsync(Patience.Token).Within();
        late.Reply(99);
        await call.StaysPending();
        request.Reply(4);

        Assert.Equal(4, await call.Within());
        await Exchange(client, server, 3);
        Task<bool> inTime = Background.Run(() => client.TryCall(5, Patience.Limit, out long reply) && reply == 10);
        using Request<long, long> last = await server.ReceiveAsync(Patience.Token).Within();
        last.Reply(10);
        Assert.True(await inTime.Within());
    }

    [Fact]
    public async Task A_cancelled_calls_late_reply_goes_to_nobody()
    {
        (Client<long, long> client, Server<long, long> server) = await Pair();
        using var source = new CancellationTokenSource();
        Task<long> call = client.CallAsync(1, source.Token).AsTask();
        using Request<long, long> request = await server.ReceiveAsync(Patience.Token).Within();
        await source.CancelAsync();
        Assert.IsType<OperationCanceledException>(await call.Outcome(), exactMatch: false);

        request.Reply(2);

        await Exchange(client, server, 3);
    }

    [Fact]
    public async Task Calls_that_are_out_fail_when_their_server_is_closed()
    {
        (Client<long, long> client, Server<long, long> server) = await Pair();
        Task<long> awaiting = client.CallAsync(1, Patience.Token).AsTask();
        Task<long> blocking = Background.Run(() => client.Call(2, Patience.Token));
        using Request<long, long> first = await server.ReceiveAsync(Patience.Token).Within();
        using Request<long, long> second = await server.ReceiveAsync(Patience.Token).Within();

        await Background.Run(server.Dispose).Within();

        Assert.IsAssignableFrom<ViaductException>(await awaiting.Outcome());
        Assert.IsAssignableFrom<ViaductException>(await blocking.Outcome());
    }

    [Fact]
    public async Task A_call_without_a_server_waits_for_one()
    {
        var settings = new ChannelSettings();
        var client = (Client<long, long>)OpenSender(Near, settings);
        Task<long> call = client.CallAsync(21, Patience.Token).AsTask();
        await call.StaysPending();

        var server = (Server<long, long>)OpenReceiver(Far, settings);
        using Request<long, long> request = await server.ReceiveAsync(Patience.Token).Within();
        request.Reply(42);

        Assert.Equal(42, await call.Within());
    }

    [Fact]
    public async Task A_client_that_leaves_does_not_disturb_the_server()
    {
        var settings = new ChannelSettings();
        (Client<long, long> client, Server<long, long> server) = await Pair();
        Task<long> call = client.CallAsync(1).AsTask();
        using Request<long, long> request = await server.ReceiveAsync(Patience.Token).Within();

        await Background.Run(client.Dispose).Within();
        Assert.IsType<ObjectDisposedException>(await call.Outcome());
        Exception? reply = Record.Exception(() => request.Reply(2));

        Assert.True(reply is null or ViaductException, $"{reply}");
        ISocket another = OpenSender(Near, settings);
        await Met(another);
        await Exchange(another, server, 3);
    }

    [Fact]
    public async Task A_reply_beyond_the_limit_is_refused_at_the_server_and_can_still_be_answered()
    {
        var channel = new CallSpec<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>("limited") { MaxMessageSize = 1000, Context = Distance.Context };
        Client<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> client = Near.OpenClient(channel);
        Server<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> server = Far.OpenServer(channel);
        await Assert.ThrowsAsync<MessageTooLargeException>(async () => await client.CallAsync(new byte[1001], Patience.Token));

        Task<ReadOnlyMemory<byte>> call = client.CallAsync(new byte[1000], Patience.Token).AsTask();
        using Request<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> request = await server.ReceiveAsync(Patience.Token).Within();
        Assert.Throws<MessageTooLargeException>(() => request.Reply(new byte[1001]));
        request.Reply(new byte[1000]);

        Assert.Equal(1000, (await call.Within()).Length);
    }

    [Fact]
    public async Task Counters_tell_the_calls()
    {
        (Client<long, long> client, Server<long, long> server) = await Pair();
        Task<long> call = client.CallAsync(1, Patience.Token).AsTask();
        using Request<long, long> request = await server.ReceiveAsync(Patience.Token).Within();

        Assert.Equal(1, client.Counters.Sent);
        Assert.Equal(1, client.Counters.Outstanding);
        Assert.Equal(1, server.Counters.Received);
        request.Reply(2);
        await call.Within();

        await Waiting.Until(() => client.Counters.Outstanding == 0);
        Assert.Equal(1, client.Counters.Received);
    }
}
