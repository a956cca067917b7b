using Viaduct.Links;
using Viaduct.Model.Running;

namespace Viaduct.Model.Scenarios;

/// <summary>
/// A receiver leases two messages and releases the later one first, then receives the rest. Where it may be killed, its sender hears of
/// it, finds an heir and sends the rest there: the heir gets exactly what the dead receiver had not released, and then what was sent later.
/// </summary>
internal sealed unsafe class LeaseScenario(int messages, bool receiverDies, bool completes = false, bool marksFirst = false, bool takesBackAtMark = false)
    : LinkScenario<Letter>(static () => new LetterFormat(), capacity: 2, window: 2, ringBytes: 256)
{
    private const int Length = 8;

    /// <inheritdoc/>
    public override bool MayDie(int process) => receiverDies && process == 1;

    /// <inheritdoc/>
    public override bool MarksFirst => marksFirst;

    /// <inheritdoc/>
    public override bool IsDefective => takesBackAtMark;

    /// <inheritdoc/>
    protected override Course Send(Outbox<Letter> outbox, byte* memory)
    {
        Heir? heir = null;
        SendLink link = Target!;
        return new Course(
            () =>
            {
                for (int i = 0; i < messages; i++)
                {
                    Run.Pause(i, outbox);
                    outbox.Send(new Letter((ulong)i + 1, Length), false, Timeout.InfiniteTimeSpan, CancellationToken.None);
                }

                Run.Pause(messages, outbox);
                if (receiverDies ? Run.Rest() : completes && outbox.Close(Timeout.InfiniteTimeSpan) != 0)
                {
                    Compare(heir!, memory, messages);
                }
            },
            receiverDies ? TakeBack : null,
            !marksFirst ? null : takesBackAtMark ? TakeBack : () =>
            {
                // As the session does: nothing more goes there, but what is there may yet be consumed.
                link.IsDying = true;
                outbox.Wake();
            });

        void TakeBack()
        {
            if (heir is null)
            {
                heir = AttachHeir(outbox, memory, isRung: false);
                outbox.Detach(link, "it was killed", lost: true);
                heir.Take();
            }
        }
    }

    /// <inheritdoc/>
    protected override Course Receive(Inbox<Letter> inbox, int receiver, byte* memory)
    {
        return new Course(() =>
        {
            Run.Pause(100, inbox);
            Received<Letter> first = Take(inbox, 1);
            Run.Pause(101, inbox);
            Received<Letter> second = Take(inbox, 2);
            Run.Pause(0, inbox);
            Release(second);
            Run.Pause(1, inbox);
            Release(first);
            for (int i = 3; i <= messages; i++)
            {
                Run.Pause(i, inbox);
                Release(Take(inbox, (ulong)i));
            }

            Run.Pause(messages + 1, inbox);
            if (completes)
            {
                Require(Take(inbox, lease: true, out _, Timeout.InfiniteTimeSpan) == TakeStatus.Ended, "there is more");
            }
        });

        void Release(Received<Letter> received)
        {
            if (receiverDies)
            {
                Noted(memory, received.Value.Number, () => inbox.Release(received.Link, received.Position));
            }
            else
            {
                inbox.Release(received.Link, received.Position);
            }
        }
    }

    private static Received<Letter> Take(Inbox<Letter> inbox, ulong number)
    {
        TakeStatus status = Take(inbox, lease: true, out Received<Letter> received, Timeout.InfiniteTimeSpan);
        Require(status == TakeStatus.Taken && received.Value == new Letter(number, Length), $"{status} {received.Value} where message {number} comes next");
        return received;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{messages} messages leased two at once and released out of order{(completes ? ", then the end" : "")}{(receiverDies ? ", the receiver is killed" : "")}";
}
