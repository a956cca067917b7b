using System.Diagnostics;
using System.Runtime.CompilerServices;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Nodes;

/// <summary>Where a process finds no memory for a link its others stay, and that one is opened once there is some.</summary>
[Collection(Collections.Alone)]
public sealed class ShortageTests
{
    /// <summary>A ring for so many texts takes the memory of two nodes, 1 MiB at first, alone: there has to be more.</summary>
    private const int Many = 4000;

    private const int More = 1 << 20;

    [Fact]
    public async Task A_sender_that_found_no_memory_for_its_ring_is_linked_once_there_is_some()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        (Producer<int> producer, Consumer<int> consumer) = await distance.OpenPair(new ChannelSpec<int>("small") { Context = distance.Context });
        var channel = new ChannelSpec<string>("large") { Context = distance.Context, Capacity = Many };
        using Consumer<string> receiver = distance.Far.OpenConsumer(channel);

        Producer<string> sender;
        using (Posix.NoFilesOf(More))
        {
            sender = distance.Near.OpenProducer(channel);
            await Waiting.Until(() => IsTold(distance, "large"), () => $"{distance.Events}");
        }

        await sender.WaitForPeersAsync(1, Patience.Token).Within();
        sender.Send("at last", Patience.Token);
        Assert.Equal("at last", await receiver.ReceiveAsync(Patience.Token).Within());
        await GoesOn(distance, producer, consumer);
    }

    [Fact]
    public async Task A_server_that_found_no_memory_for_its_answers_keeps_its_other_links_and_answers_once_there_is_some()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        (Producer<int> producer, Consumer<int> consumer) = await distance.OpenPair(new ChannelSpec<int>("small") { Context = distance.Context });
        var channel = new CallSpec<int, string>("calls") { Context = distance.Context, Capacity = Many };
        using Server<int, string> server = distance.Far.OpenServer(channel);

        Client<int, string> client;
        using (Posix.NoFilesOf(More))
        {
            client = distance.Near.OpenClient(channel);
            await Waiting.Until(() => IsTold(distance, "calls"), () => $"{distance.Events}");
        }

        await client.WaitForPeersAsync(1, Patience.Token).Within();
        Task<string> call = client.CallAsync(1, Patience.Token).AsTask();
        using Request<int, string> request = await server.ReceiveAsync(Patience.Token).Within();
        request.Reply("at last");
        Assert.Equal("at last", await call.Within());
        await GoesOn(distance, producer, consumer);
    }

    /// <summary>Each look that fails asks for another: were there one for each, there would soon be nothing else.</summary>
    [Fact]
    public async Task All_that_failed_wait_for_one_look()
    {
        const int Pause = 1000;
        await using Distance distance = new(DistanceKind.SharedMemory);
        (Producer<int> producer, Consumer<int> consumer) = await distance.OpenPair(new ChannelSpec<int>("small") { Context = distance.Context });
        var channel = new ChannelSpec<string>("large") { Context = distance.Context, Capacity = Many };
        using Consumer<string> receiver = distance.Far.OpenConsumer(channel);
        Producer<string> sender;
        using (Posix.NoFilesOf(More))
        {
            long begin = Stopwatch.GetTimestamp();
            distance.Near.LookAgain(Pause);
            sender = distance.Near.OpenProducer(channel);
            await Waiting.Until(() => IsTold(distance, "large"), () => $"{distance.Events}");
            for (int i = 0; i < 10; i++)
            {
                distance.Near.LookAgain(0);
            }

            await Waiting.Until(() => CountTold(distance, "large") > 1, () => $"{distance.Events}");

            // What a timer takes for a millisecond may be a little less.
            Assert.InRange(Stopwatch.GetElapsedTime(begin).TotalMilliseconds, Pause - 50, double.MaxValue);
        }

        // That look failed too, and so there is another.
        await sender.WaitForPeersAsync(1, Patience.Token).Within();
        await GoesOn(distance, producer, consumer);
    }

    /// <summary>A look that is to come neither keeps a node that has left nor looks for it.</summary>
    [Fact]
    public async Task A_node_that_leaves_waits_for_no_look()
    {
        using TemporaryDirectory directory = new();
        WeakReference left = LookAgainAndLeave(directory.Path);
        await Waiting.UntilCollected(() => !left.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference LookAgainAndLeave(string directory)
    {
        Node node = Node.Join(new NodeOptions { RuntimeDirectory = directory, LingerTimeout = TimeSpan.Zero });
        node.LookAgain(int.MaxValue);
        node.Dispose();
        return new WeakReference(node);
    }

    private static bool IsTold(Distance distance, string channel) => CountTold(distance, channel) > 0;

    private static int CountTold(Distance distance, string channel) =>
        distance.Events.Items.Count(told => told.Kind == NodeEventKind.ConnectFailed && told.Channel == channel && told.Error is IOException);

    private static async Task GoesOn(Distance distance, Producer<int> producer, Consumer<int> consumer)
    {
        producer.Send(1, Patience.Token);
        Assert.Equal(1, await consumer.ReceiveAsync(Patience.Token).Within());
        Assert.DoesNotContain(distance.Events.Items, static told => told.Kind is NodeEventKind.PeerLost or NodeEventKind.PeerLeft);
    }
}
