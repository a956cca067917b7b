using Viaduct.Tests.Generators.Versions;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Generators;

/// <summary>Channels of messages, between nodes.</summary>
public sealed class MessageChannelTests
{
    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.UnixSocket)]
    [InlineData(DistanceKind.Machine)]
    public async Task Messages_go_over_every_route_without_a_codec_that_is_named(DistanceKind kind)
    {
        await using var distance = new Distance(kind);
        ChannelSpec<Order> orders = new("orders") { Context = distance.Context };
        using Consumer<Order> consumer = distance.Far.OpenConsumer(orders);
        using Producer<Order> producer = distance.Near.OpenProducer(orders);
        Order order = new(7, "Ada", [new Line("nail", 0.25m, 100)], "soon");

        await producer.SendAsync(order).AsTask().Within();
        Order received = await consumer.ReceiveAsync().AsTask().Within();

        Assert.Equal(order.Lines, received.Lines);
        Assert.Equal(order with { Lines = [] }, received with { Lines = [] });
    }

    [Fact]
    public async Task Calls_take_and_give_messages()
    {
        await using var distance = new Distance(DistanceKind.SharedMemory);
        CallSpec<Shape, Page<Point>> spec = new("shapes") { Context = distance.Context };
        using Server<Shape, Page<Point>> server = distance.Far.OpenServer(spec);
        using Client<Shape, Page<Point>> client = distance.Near.OpenClient(spec);

        Task<Page<Point>> answer = client.CallAsync(new Circle("c", 2)).AsTask();
        using (Request<Shape, Page<Point>> request = await server.ReceiveAsync().AsTask().Within())
        {
            Assert.Equal(new Circle("c", 2), request.Value);
            request.Reply(new Page<Point>(1, [new Point(1, 2)], default, new Point(3, 4)));
        }

        Assert.Equal(new Point(3, 4), (await answer.Within()).Last);
    }

    [Fact]
    public async Task A_newer_receiver_takes_what_an_older_sender_sends()
    {
        await using var distance = new Distance(DistanceKind.SharedMemory);
        using Consumer<NewTick> consumer = distance.Far.OpenConsumer(new ChannelSpec<NewTick>("ticks") { Context = distance.Context });
        using Producer<OldTick> producer = distance.Near.OpenProducer(new ChannelSpec<OldTick>("ticks") { Context = distance.Context });

        await producer.SendAsync(new OldTick(1, 2)).AsTask().Within();

        Assert.Equal(new NewTick(1, 2, null), await consumer.ReceiveAsync().AsTask().Within());
    }

    [Theory]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.Machine)]
    public async Task A_break_is_refused_when_they_meet_and_named_on_both_sides(DistanceKind kind)
    {
        await using var distance = new Distance(kind);
        using Consumer<OldTick> consumer = distance.Far.OpenConsumer(new ChannelSpec<OldTick>("ticks") { Context = distance.Context });
        using Producer<BrokenTick> producer = distance.Near.OpenProducer(new ChannelSpec<BrokenTick>("ticks") { Context = distance.Context });

        ChannelMismatchException refused = await Assert.ThrowsAsync<ChannelMismatchException>(() => producer.SendAsync(new BrokenTick(1, 2)).AsTask().Within());

        Assert.Equal("Schema", refused.Field);
        Assert.Contains("Field 2 'Price' of tick is f64 at the sender and i32 at the receiver.", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ChannelMismatchException>(() => consumer.ReceiveAsync().AsTask().Within());
    }

    [Fact]
    public async Task A_wider_sender_is_refused_by_a_narrower_receiver()
    {
        await using var distance = new Distance(DistanceKind.SharedMemory);
        using Consumer<OldTick> consumer = distance.Far.OpenConsumer(new ChannelSpec<OldTick>("ticks") { Context = distance.Context });
        using Producer<NewTick> producer = distance.Near.OpenProducer(new ChannelSpec<NewTick>("ticks") { Context = distance.Context });

        ChannelMismatchException refused =
            await Assert.ThrowsAsync<ChannelMismatchException>(() => producer.SendAsync(new NewTick(1, 2, null)).AsTask().Within());

        Assert.Contains("i64 at the sender and i32 at the receiver", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.Machine)]
    public async Task Another_process_with_another_version_takes_part(DistanceKind kind)
    {
        await using var distance = new Distance(kind);
        await using PeerProcess child = await PeerProcess.Start(distance.Child());
        using Consumer<NewTick> consumer = distance.Near.OpenConsumer(new ChannelSpec<NewTick>("ticks"));
        PeerCommand sending = child.Begin("send-ticks ticks 3");
        for (int number = 1; number <= 3; number++)
        {
            Assert.Equal(new NewTick(number, -number, null), await consumer.ReceiveAsync().AsTask().Within());
        }

        await sending.Done.Within();
        PeerCommand taking = child.Begin("take-orders orders 2");
        using Producer<Order> producer = distance.Near.OpenProducer(new ChannelSpec<Order>("orders"));
        await producer.SendAsync(new Order(1, "Ada", [new Line("nail", 0.25m, 4)])).AsTask().Within();
        await producer.SendAsync(new Order(2, "größe", [], "soon")).AsTask().Within();

        Assert.Equal(["1 Ada 1.00 -", "2 größe 0 soon"], await taking.Next(2));
        await taking.Done.Within();
    }
}
