using Viaduct.Links;
using Viaduct.Model.Running;

namespace Viaduct.Model.Scenarios;

/// <summary>
/// With capacity 0 a receiver is killed: a send that had returned had met a receive, and what the dead receiver had not begun to release meets an heir.
/// </summary>
internal sealed unsafe class MeetingDeathScenario(int messages, bool lossIsMissed = false)
    : LinkScenario<Letter>(static () => new LetterFormat(), capacity: 0, window: 1, ringBytes: 128)
{
    private const int Length = 8;

    /// <inheritdoc/>
    public override bool MayDie(int process) => process == 1;

    /// <inheritdoc/>
    public override bool IsDefective => lossIsMissed;

    /// <inheritdoc/>
    protected override Course Send(Outbox<Letter> outbox, byte* memory)
    {
        Heir? heir = null;
        SendLink link = Target!;
        return new Course(
            () =>
            {
                for (int i = 1; i <= messages; i++)
                {
                    Run.Pause(i, outbox);
                    outbox.Send(new Letter((ulong)i, Length), false, Timeout.InfiniteTimeSpan, CancellationToken.None);
                    Require(
                        link.RefreshTaken() >= (ulong)i || (heir is not null && (heir.Had & (1UL << i)) != 0), $"message {i} was not received when its send returned");
                }

                Run.Pause(0, outbox);
                if (Run.Rest())
                {
                    Compare(heir!, memory, messages);
                }
            },
            () =>
            {
                heir = AttachHeir(outbox, memory);
                if (!lossIsMissed)
                {
                    outbox.Detach(link, "it was killed", lost: true);
                }

                heir.Take();
            });
    }

    /// <inheritdoc/>
    protected override Course Receive(Inbox<Letter> inbox, int receiver, byte* memory) => new(() =>
    {
        for (int i = 1; i <= messages; i++)
        {
            Run.Pause(i, inbox);
            TakeStatus status = Take(inbox, lease: true, out Received<Letter> received, Timeout.InfiniteTimeSpan);
            Require(status == TakeStatus.Taken && received.Value == new Letter((ulong)i, Length), $"{status} {received.Value} where message {i} comes next");
            Noted(memory, (ulong)i, () => inbox.Release(received.Link, received.Position));
        }

        Run.Pause(0, inbox);
    });

    /// <inheritdoc/>
    public override string ToString() => $"{messages} messages, capacity 0, the receiver is killed";
}
