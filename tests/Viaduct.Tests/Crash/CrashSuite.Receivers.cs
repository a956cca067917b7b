using Viaduct.Tests.Support;

namespace Viaduct.Tests.Crash;

public abstract partial class CrashSuite
{
    [Fact]
    public async Task A_killed_consumers_leases_go_to_another_with_their_sequence_and_the_second_attempt()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel();
        Producer<ReadOnlyMemory<byte>> producer = Here.OpenProducer(channel);
        PeerProcess victim = await StartChild("consumer", channel);
        await Met(producer);
        for (int i = 0; i < 6; i++)
        {
            Assert.True(producer.TrySend(Payload.Create(i, 2000)));
        }

        // Three are leased, three lie in the victim's ring; the producer does nothing from here on.
        string[] leased = await victim.Begin("lease s 3").Next(3);
        PeerProcess heir = await StartChild("consumer", channel, name: "heir");
        await victim.Kill();
        string[] inherited = await heir.Begin("lease s 6").Next(6);

        Dictionary<long, string[]> byId = inherited.Select(item => item.Split(' ')).ToDictionary(words => long.Parse(words[0], null));
        Assert.Equal(Range(0, 6), byId.Keys.Order());
        foreach (string[] words in leased.Select(item => item.Split(' ')))
        {
            Assert.Equal("1", words[2]);
            Assert.Equal(words[1], byId[long.Parse(words[0], null)][1]);
            Assert.Equal("2", byId[long.Parse(words[0], null)][2]);
        }

        await heir.Do("release");
        await Waiting.Until(() => producer.Counters.Outstanding == 0);
        Assert.True(producer.Counters.Redelivered >= 3);
    }

    [Fact]
    public async Task A_message_that_kills_five_consumers_is_a_dead_letter()
    {
        var letters = new Recorder<DeadLetter>();
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel();
        Producer<ReadOnlyMemory<byte>> producer = Here.OpenProducer(channel, new ProducerOptions { OnDeadLetter = letters.Add });
        await StartVictims(producer, channel, Payload.Create(9, 100), 5);

        await Waiting.Until(() => letters.Items.Count > 0);
        DeadLetter letter = Assert.Single(letters.Items);
        Assert.Equal(5, letter.Attempts);
        Assert.Equal(9, Payload.Read(((ReadOnlyMemory<byte>)letter.Message!).Span));
    }

    [Fact]
    public async Task A_killed_consumer_of_an_at_most_once_channel_takes_its_messages_with_it()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(capacity: 2, delivery: Delivery.AtMostOnce);
        Producer<ReadOnlyMemory<byte>> producer = Here.OpenProducer(channel);
        PeerProcess victim = await StartChild("consumer", channel);
        await Met(producer);
        Assert.True(producer.TrySend(Payload.Create(0, 100)));
        Assert.True(producer.TrySend(Payload.Create(1, 100)));
        await victim.Begin("lease s 2").Next(2);

        await victim.Kill();
        PeerProcess heir = await StartChild("consumer", channel, name: "heir");
        await producer.SendAsync(Payload.Create(2, 100), Patience.Token).Within();

        Assert.Equal("2", await heir.Begin("receive s 1").Next());
    }

    [Fact]
    public async Task A_send_that_sleeps_on_a_killed_consumer_goes_on_with_the_next_one()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(capacity: 1);
        Producer<ReadOnlyMemory<byte>> producer = Here.OpenProducer(channel);
        PeerProcess victim = await StartChild("consumer", channel);
        await Met(producer);
        Assert.True(producer.TrySend(Payload.Create(0, 100)));
        Task blocking = Background.Run(() => producer.Send(Payload.Create(1, 100)));
        Task awaiting = producer.SendAsync(Payload.Create(2, 100)).AsTask();
        await blocking.StaysPending();

        await victim.Kill();
        await Waiting.Until(() => producer.Peers.Count == 0, "the end of the killed consumer is noticed");
        await blocking.StaysPending();
        PeerProcess heir = await StartChild("consumer", channel, name: "heir");
        string[] received = await heir.Begin("receive s 3").Next(3);

        Assert.Equal("0", received[0]);
        Assert.Equal(["0", "1", "2"], received.Order());
        await blocking.Within();
        await awaiting.Within();
    }

    [Fact]
    public async Task A_rendezvous_with_a_killed_consumer_is_kept_with_the_next_one()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(capacity: 0);
        Producer<ReadOnlyMemory<byte>> producer = Here.OpenProducer(channel);
        PeerProcess victim = await StartChild("consumer", channel);
        await Met(producer);
        Task sending = Background.Run(() => producer.Send(Payload.Create(0, 100)));
        await sending.StaysPending();

        await victim.Kill();
        PeerProcess heir = await StartChild("consumer", channel, name: "heir");

        Assert.Equal("0", await heir.Begin("receive s 1").Next());
        await sending.Within();
    }

    [Fact]
    public async Task A_consumer_that_is_killed_while_it_sleeps_is_noticed()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel();
        Producer<ReadOnlyMemory<byte>> producer = Here.OpenProducer(channel);
        var changes = new Recorder<PeerChange>();
        producer.PeerChanged += changes.Add;
        PeerProcess victim = await StartChild("consumer", channel);
        PeerCommand receive = victim.Begin("receive s 2");
        await producer.SendAsync(Payload.Create(0, 100), Patience.Token).Within();
        await receive.Next();

        await victim.Kill();

        await Waiting.Until(() => changes.Items.Any(change => change.State == PeerState.Lost));
        PeerChange lost = changes.Items.Single(change => change.State == PeerState.Lost);
        Assert.Equal(victim.Id, lost.Peer.ProcessId);
        Assert.NotEmpty(lost.Reason);
        Assert.Empty(producer.Peers);
    }

    [Theory]
    [InlineData("Wait")]
    [InlineData("DropOldest")]
    public async Task A_publisher_goes_on_when_a_subscriber_is_killed(string fullMode)
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(capacity: 2);
        Publisher<ReadOnlyMemory<byte>> publisher = Here.OpenPublisher(channel);
        PeerProcess victim = await StartChild("subscriber", channel, $"full={fullMode}");
        PeerProcess other = await StartChild("subscriber", channel, name: "other");
        await publisher.WaitForPeersAsync(2, Patience.Token).Within();
        PeerCommand receiving = other.Begin("receive s 10");

        Task sending = Background.Run(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                publisher.Send(Payload.Create(i, 1000));
            }
        });
        await receiving.Next(2);
        await victim.Kill();

        await sending.Within();
        Assert.Equal("9", (await receiving.Next(8))[7]);
        await Waiting.Until(() => publisher.Peers.Count == 1);
    }

    [Fact]
    public async Task A_subscriber_killed_in_the_midst_of_its_history_holds_up_nobody_and_its_successor_gets_the_history_anew()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = new("events") { Capacity = 2, History = 20, Context = Distance.Context };
        Publisher<ReadOnlyMemory<byte>> publisher = Here.OpenPublisher(channel);
        for (int i = 0; i < 50; i++)
        {
            Assert.True(publisher.TrySend(Payload.Create(i, Payload.SizeOf(i))));
        }

        PeerProcess victim = await StartChild("subscriber", channel, "history=20");
        string[] leased = await victim.Begin("lease s 5").Next(5);
        Assert.Equal(Enumerable.Range(30, 5).Select(i => $"{i} {i + 1} 1"), leased);
        Task sending = Background.Run(() =>
        {
            for (int i = 50; i < 60; i++)
            {
                publisher.Send(Payload.Create(i, Payload.SizeOf(i)));
            }
        });
        await sending.StaysPending();
        await victim.Kill();
        await sending.Within();

        PeerProcess heir = await StartChild("subscriber", channel, "history=20", name: "heir");
        Assert.Equal(Enumerable.Range(40, 20).Select(i => $"{i}"), await heir.Begin("receive s 20").Next(20));
        await Waiting.Until(() => publisher.Counters.Outstanding == 0);
    }

    [Fact]
    public async Task A_stopped_consumer_only_delays()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(capacity: 4);
        Producer<ReadOnlyMemory<byte>> producer = Here.OpenProducer(channel);
        PeerProcess child = await StartChild("consumer", channel);
        PeerCommand receiving = child.Begin("receive s 20");
        await producer.SendAsync(Payload.Create(0, 100), Patience.Token).Within();
        await receiving.Next();

        child.Stop();
        Task sending = Background.Run(() =>
        {
            for (int i = 1; i < 20; i++)
            {
                producer.Send(Payload.Create(i, 100));
            }
        });
        await Waiting.Until(() => producer.Counters.Outstanding == 4);
        await sending.StaysPending();
        Assert.Equal(4, producer.Counters.Outstanding);
        child.Continue();

        Assert.Equal(Range(1, 19), (await receiving.Next(19)).Select(item => long.Parse(item, null)));
        await sending.Within();
        Assert.Equal(0, producer.Counters.Redelivered);
    }

    private static async Task Met(ISocket socket) => await socket.WaitForPeersAsync(1, Patience.Token).Within();

    /// <summary>Lets one consumer after the other die with the message in hand.</summary>
    private async Task StartVictims(
        Producer<ReadOnlyMemory<byte>> producer, ChannelSpec<ReadOnlyMemory<byte>> channel, byte[] message, int count)
    {
        for (int i = 1; i <= count; i++)
        {
            PeerProcess victim = await StartChild("consumer", channel);
            if (i == 1)
            {
                await Met(producer);
                Assert.True(producer.TrySend(message));
            }

            string[] words = (await victim.Begin("lease s 1").Next()).Split(' ');
            Assert.Equal(i, int.Parse(words[2], null));
            await victim.Kill();
        }
    }
}
