using Viaduct.Links;
using Viaduct.Model.Running;

namespace Viaduct.Model.Scenarios;

/// <summary>A sender writes messages in loans and gives them away; the receiver leases each, reads it where it lies, and releases it.</summary>
internal sealed unsafe class GivingScenario(int messages, int capacity, int ringBytes, int chunks)
    : LinkScenario<Card>(static () => new UnmanagedFormat<Card>("model"), capacity, window: capacity, ringBytes, chunks: chunks)
{
    /// <summary>Bytes of a loan: a chunk, and with it a block, of its own.</summary>
    private const int LoanBytes = 600_000;

    /// <inheritdoc/>
    protected override Course Send(Outbox<Card> outbox, byte* memory)
    {
        SendLink link = Target!;
        outbox.AllowLoans(Pool!, messages);
        return new Course(() =>
        {
            for (int i = 0; i < messages; i++)
            {
                Run.Pause(i, outbox);
                Loaned<Card> loan = outbox.Loan(LoanBytes, Timeout.InfiniteTimeSpan, CancellationToken.None)!;
                loan.Length = sizeof(Card);
                Memory.Shared.WriteMessage(loan.Chunk.Pointer, Numbered((ulong)i + 1));
                outbox.Send(loan, loan.Ticket, Timeout.InfiniteTimeSpan, CancellationToken.None);
                Require(link.Outstanding <= (ulong)Capacity, $"{link.Outstanding} messages are out where {Capacity} may be");
            }

            Run.Pause(messages, outbox);
        });
    }

    /// <inheritdoc/>
    protected override Course Receive(Inbox<Card> inbox, int receiver, byte* memory) => new(() =>
    {
        for (int i = 0; i < messages; i++)
        {
            Run.Pause(i, inbox);
            TakeStatus status = inbox.Lease(out Leased<Card>? leased, Timeout.InfiniteTimeSpan, CancellationToken.None);
            Require(status == TakeStatus.Taken, $"{status} where message {i + 1} comes next");
            uint ticket = leased!.Ticket;
            Card found = leased.GetValue(ticket);
            Card expected = Numbered((ulong)i + 1);
            Require(found[0] == expected[0] && found[1] == expected[1], $"leased {found[0]:x} {found[1]:x} as message {i + 1}");
            inbox.Release(leased, ticket);
            Require(leased.Ticket != ticket, "a released lease goes on");
        }

        Run.Pause(messages, inbox);
        Require(inbox.TryLease(out _) == TakeStatus.Empty, "something comes after the last message");
    });

    private static Card Numbered(ulong number)
    {
        Card card = default;
        card[0] = number;
        card[1] = ~number;
        return card;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{messages} loans given away, capacity {Capacity}, ring of {RingBytes} B";
}
