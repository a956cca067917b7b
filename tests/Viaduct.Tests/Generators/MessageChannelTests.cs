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
    public async Task Versions_of_a_long_schema_are_compared_as_those_of_a_short_one(DistanceKind kind)
    {
        await using var distance = new Distance(kind);
        using Consumer<NewLedger> consumer = distance.Far.OpenConsumer(new ChannelSpec<NewLedger>("ledgers") { Context = distance.Context });
        using Producer<OldLedger> producer = distance.Near.OpenProducer(new ChannelSpec<OldLedger>("ledgers") { Context = distance.Context });
        Assert.True(consumer.Channel.Schema.Length > 2000);

        await producer.SendAsync(new OldLedger(Account077: 7)).AsTask().Within();
        Assert.Equal(new NewLedger(Account077: 7), await consumer.ReceiveAsync().AsTask().Within());

        using Consumer<OldLedger> older = distance.Far.OpenConsumer(new ChannelSpec<OldLedger>("broken") { Context = distance.Context });
        using Producer<BrokenLedger> broken = distance.Near.OpenProducer(new ChannelSpec<BrokenLedger>("broken") { Context = distance.Context });
        ChannelMismatchException refused = await Assert.ThrowsAsync<ChannelMismatchException>(() => broken.SendAsync(new BrokenLedger()).AsTask().Within());
        Assert.Equal("Schema", refused.Field);
        Assert.Contains("Field 77 'Account077' of ledger is f64 at the sender and i32 at the receiver.", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ChannelMismatchException>(() => older.ReceiveAsync().AsTask().Within());
    }

    [Fact]
    public async Task Of_a_call_a_long_request_and_a_long_reply_are_compared_each_in_its_direction()
    {
        await using var distance = new Distance(DistanceKind.SharedMemory);
        using Server<NewLedger, OldLedger> server = distance.Far.OpenServer(new CallSpec<NewLedger, OldLedger>("ledgers") { Context = distance.Context });
        using Client<OldLedger, NewLedger> client = distance.Near.OpenClient(new CallSpec<OldLedger, NewLedger>("ledgers") { Context = distance.Context });

        Task<NewLedger> answer = client.CallAsync(new OldLedger(Account001: 1)).AsTask();
        using (Request<NewLedger, OldLedger> request = await server.ReceiveAsync().AsTask().Within())
        {
            Assert.Equal(new NewLedger(Account001: 1), request.Value);
            request.Reply(new OldLedger(Account125: 2));
        }

        Assert.Equal(new NewLedger(Account125: 2), await answer.Within());

        using Server<OldTick, OldLedger> other = distance.Far.OpenServer(new CallSpec<OldTick, OldLedger>("mixed") { Context = distance.Context });
        using Client<OldTick, BrokenLedger> caller = distance.Near.OpenClient(new CallSpec<OldTick, BrokenLedger>("mixed") { Context = distance.Context });
        ChannelMismatchException refused = await Assert.ThrowsAsync<ChannelMismatchException>(() => caller.CallAsync(new OldTick(1, 2)).AsTask().Within());
        Assert.Contains("Field 77 'Account077' of ledger is i32 at the sender and f64 at the receiver.", refused.Message, StringComparison.Ordinal);
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
