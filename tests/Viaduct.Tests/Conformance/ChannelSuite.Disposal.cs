using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public abstract partial class ChannelSuite
{
    [Fact]
    public async Task Every_wait_can_be_cancelled_before_it_begins()
    {
        Waits waits = await PrepareWaits();
        foreach ((string name, Func<CancellationToken, Task> start) in waits.All)
        {
            Exception? error = await start(new CancellationToken(canceled: true)).Outcome(name);
            Assert.True(error is OperationCanceledException, $"{name}: {error}");
        }
    }

    [Fact]
    public async Task Every_wait_can_be_cancelled_while_it_lasts()
    {
        Waits waits = await PrepareWaits();
        using var source = new CancellationTokenSource();
        Task[] tasks = [.. waits.All.Select(wait => wait.Start(source.Token))];
        for (int i = 0; i < tasks.Length; i++)
        {
            await tasks[i].StaysPending(waits.All[i].Name);
        }

        await source.CancelAsync();

        for (int i = 0; i < tasks.Length; i++)
        {
            Exception? error = await tasks[i].Outcome(waits.All[i].Name);
            Assert.True(error is OperationCanceledException, $"{waits.All[i].Name}: {error}");
        }
    }

    [Fact]
    public async Task Disposing_a_socket_ends_every_wait_on_it()
    {
        Waits waits = await PrepareWaits();
        Task[] tasks = [.. waits.All.Select(wait => wait.Start(CancellationToken.None))];
        foreach (Task task in tasks)
        {
            await task.StaysPending();
        }

        foreach (ISocket socket in waits.Sockets)
        {
            await Background.Run(socket.Dispose).Within($"disposing the {socket.Role}");
        }

        for (int i = 0; i < tasks.Length; i++)
        {
            Exception? error = await tasks[i].Outcome(waits.All[i].Name);

            // The far socket's own end may come first: its senders, disposed in order, have completed.
            bool ended = error is ObjectDisposedException || (error is ChannelCompletedException && waits.All[i].Name.StartsWith("Receive", StringComparison.Ordinal));
            Assert.True(ended, $"{waits.All[i].Name}: {error}");
        }
    }

    [Fact]
    public async Task Disposing_twice_and_from_two_threads_is_harmless()
    {
        (ISocket sender, ISocket receiver) = await Open(new ChannelSettings());

        foreach (ISocket socket in new[] { sender, receiver })
        {
            await Task.WhenAll(Background.Run(socket.Dispose), Background.Run(socket.Dispose)).Within();
            await Background.Run(socket.Dispose).Within();
            await socket.DisposeAsync().Within();
        }

        await Task.WhenAll(Background.Run(Near.Dispose), Background.Run(Near.Dispose)).Within();
        await Near.DisposeAsync().Within();
    }

    [Fact]
    public async Task A_disposed_socket_says_so()
    {
        (ISocket sender, ISocket receiver) = await Open(new ChannelSettings());
        await Background.Run(sender.Dispose).Within();
        await Background.Run(receiver.Dispose).Within();

        AssertSaysSo(sender, await SendForEver(sender).Outcome());
        AssertSaysSo(receiver, await ReceiveForEver(receiver).Outcome());
        AssertSaysSo(receiver, await receiver.WaitForPeersAsync(1, Patience.Token).AsTask().Outcome());
        Assert.DoesNotContain(sender, Near.Sockets);
        Assert.DoesNotContain(receiver, Far.Sockets);

        static void AssertSaysSo(ISocket socket, Exception? outcome) => Assert.Equal(
            $"The {socket.Role} of '{socket.Channel.Name}' was disposed.", Assert.IsType<ObjectDisposedException>(outcome).Message);
    }

    [Theory]
    [InlineData("sender")]
    [InlineData("receiver")]
    [InlineData("near node")]
    [InlineData("far node")]
    public async Task Disposing_under_traffic_ends_at_any_moment(string what)
    {
        var random = new Random(17);
        var settings = new ChannelSettings { Capacity = 8 };
        int rounds = what.EndsWith("node", StringComparison.Ordinal) ? 4 : 12;
        for (int round = 0; round < rounds; round++)
        {
            Node near = what == "near node" ? Distance.Join("near node") : Near;
            Node far = what == "far node" ? Distance.Join("far node") : Far;
            ISocket sender = OpenSender(near, settings);
            ISocket receiver = OpenReceiver(far, settings);
            await Met(sender, receiver);
            Task sending = SendForEver(sender);
            Task receiving = ReceiveForEver(receiver);
            for (int spins = random.Next(200_000); spins > 0; spins--)
            {
                Thread.SpinWait(1);
            }

            Action[] order = what switch
            {
                "sender" => [sender.Dispose, receiver.Dispose],
                "receiver" => [receiver.Dispose, sender.Dispose],
                "near node" => [near.Dispose, receiver.Dispose],
                _ => [far.Dispose, sender.Dispose],
            };
            foreach (Action dispose in order)
            {
                await Background.Run(dispose).Within($"disposing in round {round}");
            }

            Ended(await sending.Outcome());
            Ended(await receiving.Outcome());
            if (Distance.Kind == DistanceKind.Thread && what.EndsWith("node", StringComparison.Ordinal))
            {
                // There the only node is gone now.
                return;
            }
        }
    }

    private static void Ended(Exception? error) => Assert.True(
        error is ObjectDisposedException or ViaductException or OperationCanceledException,
        $"Ended in an unexpected way: {error}");
}
