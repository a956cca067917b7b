using Viaduct.Links;
using Viaduct.Model.Running;
using Viaduct.Rings;

namespace Viaduct.Model.Scenarios;

/// <summary>
/// A sender writes messages in loans and gives them away; the receiver leases each, reads it where it lies, and releases it. Where the sender may be killed, what it had
/// given is received; where the receiver may be, what it had not begun to release goes to an heir. Whoever can't go on sleeps, or only
/// tries again.
/// </summary>
internal sealed unsafe class GivingScenario(int messages, int capacity, int ringBytes, int chunks, bool senderDies = false, bool receiverDies = false, bool sleeps = true)
    : LinkScenario<Card>(static () => new UnmanagedFormat<Card>("model"), capacity, window: capacity, ringBytes, chunks: chunks)
{
    /// <summary>Bytes of a loan: a chunk, and with it a block, of its own.</summary>
    private const int LoanBytes = 600_000;

    /// <inheritdoc/>
    protected override bool Sleeps => sleeps;

    /// <inheritdoc/>
    public override bool MayDie(int process) => process == 0 ? senderDies : receiverDies;

    /// <inheritdoc/>
    protected override Course Send(Outbox<Card> outbox, byte* memory)
    {
        Heir? heir = null;
        SendLink link = Target!;
        outbox.AllowLoans(Pool!, messages);
        return new Course(
            () =>
            {
                for (int i = 0; i < messages; i++)
                {
                    Run.Pause(2 * i, outbox);
                    Loaned<Card> loan = outbox.Loan(LoanBytes, Timeout.InfiniteTimeSpan, CancellationToken.None)!;
                    loan.Length = sizeof(Card);
                    Memory.Shared.WriteMessage(loan.Chunk.Pointer, Numbered((ulong)i + 1));
                    while (!(sleeps ? outbox.Send(loan, loan.Ticket, Timeout.InfiniteTimeSpan, CancellationToken.None) : outbox.TrySend(loan, loan.Ticket)))
                    {
                        Run.Pause((2 * i) + 1, outbox);
                    }

                    Require(link.Outstanding <= (ulong)Capacity, $"{link.Outstanding} messages are out where {Capacity} may be");
                    if (senderDies)
                    {
                        Memory.Shared.Release((ulong*)(memory + SenderJournal), (ulong)i + 1);
                    }
                }

                Run.Pause(2 * messages, outbox);
                if (receiverDies && Run.Rest())
                {
                    Compare(heir!, memory, messages);
                }
            },
            !receiverDies ? null : () =>
            {
                heir = AttachHeir(outbox, memory);
                outbox.Detach(link, "it was killed", lost: true);
                heir.Take();
            });
    }

    /// <inheritdoc/>
    protected override Course Receive(Inbox<Card> inbox, int receiver, byte* memory)
    {
        ReceiveLink link = Link!;
        return new Course(
            () =>
            {
                int i = 0;
                try
                {
                    while (i < messages)
                    {
                        Run.Pause(i, inbox);
                        i += TryReceiveOne(inbox, (ulong)i + 1, memory) ? 1 : 0;
                    }

                    Run.Pause(messages, inbox);
                    Require(inbox.TryLease(out _) == TakeStatus.Empty, "something comes after the last message");
                }
                catch (PeerLostException)
                {
                    ulong given = Memory.Shared.Acquire((ulong*)(memory + SenderJournal));
                    Require((ulong)i >= given, $"{given} messages were given and {i} received when the loss was told");
                }
            },
            !senderDies ? null : () => inbox.Lose(link, new PeerLostException("model", link.Peer.Describe(), "it was killed"), "it was killed"));
    }

    /// <inheritdoc/>
    protected override bool IsWhole(RecordReader reader)
    {
        Card card = Memory.Shared.ReadMessage<Card>(reader.Payload);
        return reader.Length == sizeof(Card) && card[0] == reader.Sequence && card[1] == ~card[0];
    }

    private bool TryReceiveOne(Inbox<Card> inbox, ulong number, byte* memory)
    {
        Leased<Card>? leased;
        TakeStatus status = sleeps ? inbox.Lease(out leased, Timeout.InfiniteTimeSpan, CancellationToken.None) : inbox.TryLease(out leased);
        if (!sleeps && status == TakeStatus.Empty)
        {
            return false;
        }

        Require(status == TakeStatus.Taken, $"{status} where message {number} comes next");
        uint ticket = leased!.Ticket;
        Card found = leased.GetValue(ticket);
        Card expected = Numbered(number);
        Require(found[0] == expected[0] && found[1] == expected[1], $"leased {found[0]:x} {found[1]:x} as message {number}");
        if (receiverDies)
        {
            Noted(memory, number, () => inbox.Release(leased, ticket));
        }
        else
        {
            inbox.Release(leased, ticket);
        }

        Require(leased.Ticket != ticket, "a released lease goes on");
        return true;
    }

    private static Card Numbered(ulong number)
    {
        Card card = default;
        card[0] = number;
        card[1] = ~number;
        return card;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{messages} loans given away, capacity {Capacity}, ring of {RingBytes} B{(sleeps ? "" : ", nobody sleeps")}{(senderDies ? ", the sender is killed" : "")}{(receiverDies ? ", the receiver is killed" : "")}";
}
