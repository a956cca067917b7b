using Viaduct.Links;
using Viaduct.Model.Running;

namespace Viaduct.Model.Scenarios;

/// <summary>A sender is killed: all that it had published is received, whole and in order, and then its loss is an error.</summary>
internal sealed unsafe class SenderDeathScenario(
    int[] lengths, int capacity, int window = 2, int ringBytes = 256, int chunks = 0, bool marksFirst = false, bool losesAtMark = false)
    : LinkScenario<Letter>(static () => new LetterFormat(), capacity, window, ringBytes, chunks: chunks)
{
    /// <inheritdoc/>
    public override bool MayDie(int process) => process == 0;

    /// <inheritdoc/>
    public override bool MarksFirst => marksFirst;

    /// <inheritdoc/>
    public override bool IsDefective => losesAtMark;

    /// <inheritdoc/>
    protected override Course Send(Outbox<Letter> outbox, byte* memory) => new(() =>
    {
        for (int i = 0; i < lengths.Length; i++)
        {
            Run.Pause(i, outbox);
            outbox.Send(new Letter((ulong)i + 1, lengths[i]), false, Timeout.InfiniteTimeSpan, CancellationToken.None);
            Memory.Shared.Release((ulong*)(memory + SenderJournal), (ulong)i + 1);
        }

        Run.Pause(lengths.Length, outbox);
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
                    while (Take(inbox, lease: false, out Received<Letter> received, Timeout.InfiniteTimeSpan) == TakeStatus.Taken)
                    {
                        Require(received.Value == new Letter(count + 1, lengths[count++]), $"received {received.Value} as message {count}");
                        Run.Pause((int)count, inbox);
                    }

                    Require(count == (ulong)lengths.Length, $"the end came after {count} messages");
                }
                catch (PeerLostException)
                {
                    ulong published = Memory.Shared.Acquire((ulong*)(memory + SenderJournal));
                    Require(count >= published, $"{published} messages were published and {count} received when the loss was told");
                }
            },
            Lose,
            !marksFirst ? null : losesAtMark ? Lose : inbox.Wake);

        void Lose() => inbox.Lose(link, new PeerLostException("model", link.Peer.Describe(), "it was killed"), "it was killed");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{lengths.Length} messages, capacity {Capacity}, the sender is killed";
}
