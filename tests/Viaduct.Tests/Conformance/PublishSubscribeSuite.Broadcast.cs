using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public abstract partial class PublishSubscribeSuite
{
    [Theory]
    [InlineData(0, 200)]
    [InlineData(8, 200)]
    [InlineData(4096, 100)]
    [InlineData(64 * 1024, 40)]
    [InlineData(1024 * 1024, 6)]
    public async Task Every_subscriber_gets_every_message_whole_and_in_order(int size, int count)
    {
        (Publisher<ReadOnlyMemory<byte>> publisher, Subscriber<ReadOnlyMemory<byte>>[] subscribers) =
            await OpenAll(Channel<ReadOnlyMemory<byte>>(capacity: 8), null, null, null);

        Task publishing = Background.Run(() =>
        {
            for (int i = 0; i < count; i++)
            {
                publisher.Send(Payload.Create(i, size), Patience.Token);
            }
        });
        Task[] receiving = [.. subscribers.Select(subscriber => Background.Run(() =>
        {
            for (int i = 0; i < count; i++)
            {
                ReadOnlyMemory<byte> message = subscriber.Receive(Patience.Token);
                Assert.Equal(size, message.Length);
                Payload.Check(message.Span, i);
            }
        }))];

        await Task.WhenAll(receiving.Append(publishing)).Within();
    }

    [Fact]
    public async Task Structs_text_and_objects_reach_every_subscriber()
    {
        (Publisher<Sample> samples, Subscriber<Sample>[] ofSamples) = await OpenAll(Channel<Sample>(name: "samples"), null, null);
        (Publisher<string> texts, Subscriber<string>[] ofTexts) = await OpenAll(Channel<string>(name: "texts"), null, null);
        (Publisher<Note> notes, Subscriber<Note>[] ofNotes) =
            await OpenAll(Channel(codec: Codec.Json(NoteContext.Default.Note), name: "notes"), null, null);

        for (int i = 0; i < 20; i++)
        {
            samples.Send(Sample.Of(i), Patience.Token);
            texts.Send($"text {i}", Patience.Token);
            notes.Send(Note.Of(i), Patience.Token);
        }

        for (int i = 0; i < 20; i++)
        {
            for (int s = 0; s < 2; s++)
            {
                Assert.Equal(Sample.Of(i), await ofSamples[s].ReceiveAsync(Patience.Token).Within());
                Assert.Equal($"text {i}", await ofTexts[s].ReceiveAsync(Patience.Token).Within());
                Assert.Equal(Note.Of(i), await ofNotes[s].ReceiveAsync(Patience.Token).Within());
            }
        }
    }

    [Fact]
    public async Task Many_numbers_at_once_reach_every_subscriber_in_order() => await SendMany([.. Range(0, 100)]);

    [Fact]
    public async Task Many_texts_at_once_reach_every_subscriber_in_order() => await SendMany([.. Range(0, 100).Select(i => $"text {i}")]);

    [Fact]
    public void A_publisher_without_subscribers_does_not_wait()
    {
        Publisher<long> publisher = Near.OpenPublisher(Channel<long>(capacity: 1));

        for (int i = 0; i < 10; i++)
        {
            Assert.True(publisher.TrySend(i));
        }
    }

    [Fact]
    public async Task A_late_subscriber_gets_what_is_published_from_then_on()
    {
        ChannelSpec<long> channel = Channel<long>();
        (Publisher<long> publisher, Subscriber<long>[] subscribers) = await OpenAll(channel, (SubscriberOptions?)null);
        for (int i = 0; i < 10; i++)
        {
            Assert.True(publisher.TrySend(i));
        }

        Subscriber<long> late = Far.OpenSubscriber(channel);
        await publisher.WaitForPeersAsync(2, Patience.Token).Within();
        for (int i = 10; i < 20; i++)
        {
            Assert.True(publisher.TrySend(i));
        }

        Assert.Equal(Range(10, 10), await Receive(late, 10));
        Assert.Equal(Range(0, 20), await Receive(subscribers[0], 20));
        Assert.False(late.TryReceive(out _));
        Assert.Equal(0, late.Missed);
    }

    [Fact]
    public async Task A_subscriber_that_leaves_does_not_hold_the_publisher()
    {
        (Publisher<long> publisher, Subscriber<long>[] subscribers) = await OpenAll(Channel<long>(capacity: 2), null, null);
        Assert.True(publisher.TrySend(0));
        Assert.True(publisher.TrySend(1));
        Assert.Equal(Range(0, 2), await Receive(subscribers[1], 2));
        Task blocked = Background.Run(() => publisher.Send(2));
        await blocked.StaysPending();

        await Background.Run(subscribers[0].Dispose).Within();

        await blocked.Within();
        Assert.Equal(Range(2, 1), await Receive(subscribers[1], 1));
    }

    [Fact]
    public async Task A_subscriber_hears_several_publishers()
    {
        ChannelSpec<long> channel = Channel<long>();
        Publisher<long>[] publishers = [.. Enumerable.Range(0, 3).Select(_ => Near.OpenPublisher(channel))];
        Subscriber<long>[] subscribers = [.. Enumerable.Range(0, 2).Select(_ => Far.OpenSubscriber(channel))];
        foreach (Publisher<long> publisher in publishers)
        {
            await publisher.WaitForPeersAsync(2, Patience.Token).Within();
        }

        for (int i = 0; i < 20; i++)
        {
            for (int p = 0; p < publishers.Length; p++)
            {
                Assert.True(publishers[p].TrySend((p * 100) + i));
            }
        }

        foreach (Subscriber<long> subscriber in subscribers)
        {
            List<long> received = await Receive(subscriber, 60);
            for (int p = 0; p < publishers.Length; p++)
            {
                Assert.Equal(Range(p * 100, 20), received.Where(message => message / 100 == p));
            }
        }
    }

    [Fact]
    public async Task Completion_reaches_every_subscriber_after_the_messages()
    {
        (Publisher<long> publisher, Subscriber<long>[] subscribers) = await OpenAll(Channel<long>(capacity: 4), null, null);
        Task publishing = Background.Run(async () =>
        {
            for (int i = 0; i < 50; i++)
            {
                publisher.Send(i, Patience.Token);
            }

            await publisher.CompleteAsync(Patience.Token);
        }).Unwrap();

        await Task.WhenAll(subscribers.Select(async subscriber =>
        {
            long expected = 0;
            await foreach (long message in subscriber.ReadAllAsync(Patience.Token))
            {
                Assert.Equal(expected++, message);
            }

            Assert.Equal(50, expected);
        })).Within();
        await publishing.Within();
    }

    [Fact]
    public async Task A_publisher_that_is_disposed_lets_its_subscribers_finish()
    {
        ChannelSpec<long> channel = Channel<long>();
        Publisher<long> publisher = Near.OpenPublisher(channel, new PublisherOptions { LingerTimeout = Patience.Limit });
        Subscriber<long> subscriber = Far.OpenSubscriber(channel);
        await Met(publisher, subscriber);
        for (int i = 0; i < 10; i++)
        {
            Assert.True(publisher.TrySend(i));
        }

        Task disposing = Background.Run(publisher.Dispose);

        Assert.Equal(Range(0, 10), await Receive(subscriber, 10));
        await disposing.Within();
    }

    [Fact]
    public async Task Leases_of_subscribers_end_in_any_order()
    {
        (Publisher<long> publisher, Subscriber<long>[] subscribers) = await OpenAll(Channel<long>(capacity: 3), (SubscriberOptions?)null);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(publisher.TrySend(i));
        }

        var leases = new List<Lease<long>>();
        for (int i = 0; i < 3; i++)
        {
            leases.Add(await subscribers[0].ReceiveLeaseAsync(Patience.Token).Within());
            Assert.Equal(1, leases[i].Attempt);
        }

        Assert.False(publisher.TrySend(-1));
        leases[2].Dispose();
        leases[0].Dispose();
        Assert.Equal(1, leases[1].Value);
        leases[1].Dispose();

        await publisher.SendAsync(3, Patience.Token).Within();
        Assert.Equal(3, await subscribers[0].ReceiveAsync(Patience.Token).Within());
    }

    /// <summary>Sends a hundred messages twice: as many as there is room for, the rest without a thread, and all with one.</summary>
    private async Task SendMany<T>(T[] messages)
    {
        (Publisher<T> publisher, Subscriber<T>[] subscribers) = await OpenAll(Channel<T>(capacity: 16), null, null, null);
        Assert.Equal(16, publisher.TrySendMany(messages));
        Assert.Equal(0, publisher.TrySendMany(messages.AsSpan(16)));
        Task sending = publisher.SendManyAsync(messages.AsMemory(16), Patience.Token).AsTask();
        await sending.StaysPending();

        T[] twice = [.. messages, .. messages];
        Task[] receiving = [.. subscribers.Select(subscriber => Background.Run(() =>
        {
            List<T> received = [];
            T[] room = new T[7];
            while (received.Count < twice.Length)
            {
                received.AddRange(room[..subscriber.ReceiveMany(room, Patience.Token)]);
            }

            Assert.Equal(twice, received);
            Assert.Equal(0, subscriber.Missed);
        }))];
        await sending.Within();
        await Background.Run(() => publisher.SendMany(messages, Patience.Token)).Within();
        await Task.WhenAll(receiving).Within();
    }
}
