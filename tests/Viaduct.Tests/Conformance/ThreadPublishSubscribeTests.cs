using Viaduct.Links;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public sealed class ThreadPublishSubscribeTests() : PublishSubscribeSuite(DistanceKind.Thread)
{
    [Fact]
    public void The_history_keeps_the_very_object_that_was_handed_over()
    {
        var channel = new ChannelSpec<Note>("notes") { History = 2, Codec = Codec.Json(NoteContext.Default.Note), Context = Context.Thread };
        using Publisher<Note> publisher = Near.OpenPublisher(channel);
        Note[] notes = [.. Enumerable.Range(0, 3).Select(i => Note.Of(i))];
        foreach (Note note in notes)
        {
            publisher.HandOver(note);
        }

        for (int round = 0; round < 2; round++)
        {
            using Subscriber<Note> late = Far.OpenSubscriber(channel);
            Assert.Same(notes[1], late.Receive(Patience.Token));
            Assert.Same(notes[2], late.Receive(Patience.Token));
        }
    }

    [Fact]
    public void What_was_kept_for_a_subscriber_that_drops_goes_with_it()
    {
        const int Capacity = 64;
        ChannelSpec<long> channel = Channel<long>(Capacity);
        using Publisher<long> publisher = Near.OpenPublisher(channel);
        using Subscriber<long> steady = Far.OpenSubscriber(channel);
        using (Subscriber<long> dropping = Far.OpenSubscriber(channel, s_dropOldest))
        {
            PassOn(Capacity);
        }

        ObjectLane<long> lane = publisher.Outbox.OpenObjectLane();
        ulong least = ulong.MaxValue;
        for (int i = 0; i <= Capacity; i++)
        {
            PassOn(1);
            least = Math.Min(least, lane.Sent - lane.First);
        }

        publisher.Outbox.Abandon(lane);
        Assert.Equal(1UL, least);

        void PassOn(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Assert.True(publisher.TrySend(i));
                Assert.Equal(i, steady.Receive(Patience.Token));
            }
        }
    }
}
