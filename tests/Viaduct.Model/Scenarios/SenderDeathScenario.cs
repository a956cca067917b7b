using Viaduct.Links;
using Viaduct.Model.Running;

namespace Viaduct.Model.Scenarios;

/// <summary>A sender is killed: all that it had published is received, whole and in order, and then its loss is an error.</summary>
internal sealed unsafe class SenderDeathScenario(int messages, int capacity)
    : LinkScenario<Letter>(static () => new LetterFormat(), capacity, window: 2, ringBytes: 256)
{
    private const int Length = 16;

    /// <inheritdoc/>
    public override bool MayDie(int process) => process == 0;

    /// <inheritdoc/>
    protected override Course Send(Outbox<Letter> outbox, byte* memory) => new(() =>
    {
        for (int i = 0; i < messages; i++)
        {
            Run.Pause(i, outbox);
            outbox.Send(new Letter((ulong)i + 1, Length), false, Timeout.InfiniteTimeSpan, CancellationToken.None);
            Memory.Shared.Release((ulong*)(memory + SenderJournal), (ulong)i + 1);
        }

        Run.Pause(messages, outbox);
        outbox.Close(Timeout.InfiniteTimeSpan);
    });

    /// <inheritdoc/>
    protected override Course Receive(Inbox<Letter> inbox, int receiver, byte* memory)
    {
        ReceiveLink link = Link!;
        return new Course(
            () =>
            {
                ulong count = 0;
                try
                {
                    while (inbox.Take(lease: false, out Received<Letter> received, Timeout.InfiniteTimeSpan, CancellationToken.None) == TakeStatus.Taken)
                    {
                        Require(received.Value == new Letter(++count, Length), $"received {received.Value} as message {count}");
                        Run.Pause((int)count, inbox);
                    }

                    Require(count == (ulong)messages, $"the end came after {count} messages");
                }
                catch (PeerLostException)
                {
                    ulong published = Memory.Shared.Acquire((ulong*)(memory + SenderJournal));
                    Require(count >= published, $"{published} messages were published and {count} received when the loss was told");
                }
            },
            () => inbox.Lose(link, new PeerLostException("model", link.Peer.Describe(), "it was killed"), "it was killed"));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{messages} messages, capacity {Capacity}, the sender is killed";
}
