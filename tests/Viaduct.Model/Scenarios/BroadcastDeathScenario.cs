using Viaduct.Links;
using Viaduct.Model.Running;

namespace Viaduct.Model.Scenarios;

/// <summary>
/// A publisher that waits for its two subscribers, or one of these, is killed. Of a subscriber's death the publisher goes on, and the other gets all messages; of the
/// publisher's each subscriber gets what it had published, and then knows.
/// </summary>
internal sealed unsafe class BroadcastDeathScenario(int messages, int capacity, bool publisherDies, bool lossIsMissed = false)
    : LinkScenario<Letter>(static () => new LetterFormat(), capacity, window: 2, ringBytes: 256, receivers: 2)
{
    private const int Length = 8;

    /// <summary>The first subscriber looks again and again where it may be killed, and else for the first message: fewer courses. The others sleep.</summary>
    private bool Polls(int receiver, int count) => receiver == 0 && (count == 0 || !publisherDies);

    /// <inheritdoc/>
    public override bool MayDie(int process) => process == (publisherDies ? 0 : 1);

    /// <inheritdoc/>
    public override bool IsDefective => lossIsMissed;

    /// <inheritdoc/>
    protected override Course Send(Outbox<Letter> outbox, byte* memory)
    {
        SendLink link = Target!;
        return new Course(
            () =>
            {
                for (int i = 1; i <= messages; i++)
                {
                    Run.Pause(i, outbox);
                    outbox.Send(new Letter((ulong)i, Length), false, Timeout.InfiniteTimeSpan, CancellationToken.None);
                    if (publisherDies)
                    {
                        Memory.Shared.Release((ulong*)(memory + SenderJournal), (ulong)i);
                    }
                }

                Run.Pause(0, outbox);
            },
            publisherDies ? null : () =>
            {
                if (!lossIsMissed)
                {
                    outbox.Detach(link, "it was killed", lost: true);
                }
            });
    }

    /// <inheritdoc/>
    protected override Course Receive(Inbox<Letter> inbox, int receiver, byte* memory)
    {
        ReceiveLink link = Link!;
        return new Course(
            () =>
            {
                int count = 0;
                try
                {
                    while (count < messages)
                    {
                        Run.Pause(count, inbox);
                        if (Take(inbox, lease: false, out Received<Letter> received, Polls(receiver, count) ? TimeSpan.Zero : Timeout.InfiniteTimeSpan) == TakeStatus.Taken)
                        {
                            count++;
                            Require(received.Value == new Letter((ulong)count, Length), $"received {received.Value} as message {count}");
                        }
                    }

                    Run.Pause(messages, inbox);
                    Require(inbox.TryTake(lease: false, out _) == TakeStatus.Empty, "something comes after the last message");
                }
                catch (PeerLostException) when (publisherDies)
                {
                    ulong published = Memory.Shared.Acquire((ulong*)(memory + SenderJournal));
                    Require((ulong)count >= published, $"{published} messages were published and {count} received when the loss was told");
                }
            },
            !publisherDies ? null : lossIsMissed ? inbox.Wake : () => inbox.Lose(link, new PeerLostException("model", link.Peer.Describe(), "it was killed"), "it was killed"));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{messages} messages to two, capacity {Capacity}, {(publisherDies ? "the publisher" : "one of the two")} is killed";
}
