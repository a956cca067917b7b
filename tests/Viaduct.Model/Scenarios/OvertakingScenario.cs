using Viaduct.Links;
using Viaduct.Model.Running;

namespace Viaduct.Model.Scenarios;

/// <summary>A publisher laps a subscriber that it does not wait for: what that one receives is whole and in order, and it knows how many it missed.</summary>
internal sealed unsafe class OvertakingScenario(int messages, int looks, int length, int chunks = 0, FullMode whenFull = FullMode.DropOldest)
    : LinkScenario<Letter>(static () => new LetterFormat(), capacity: 1, window: 2, ringBytes: 256, receivers: 1, chunks)
{
    /// <summary>A subscriber that looks a few times and never sleeps sees all that tearing is about, in fewer steps.</summary>
    protected override bool Sleeps => looks == 0;

    /// <inheritdoc/>
    protected override FullMode WhenFull(int receiver) => whenFull;

    /// <inheritdoc/>
    protected override Course Send(Outbox<Letter> outbox, byte* memory) => new(() =>
    {
        for (int i = 0; i < messages; i++)
        {
            Run.Pause(i, outbox);
            Require(outbox.TrySend(new Letter((ulong)i + 1, length), false), "the publisher had to wait");
        }

        if (Sleeps)
        {
            Run.Pause(messages, outbox);
            outbox.Close(Timeout.InfiniteTimeSpan);
        }
    });

    /// <inheritdoc/>
    protected override Course Receive(Inbox<Letter> inbox, int receiver, byte* memory) => new(() =>
    {
        ulong count = 0;
        ulong last = 0;
        for (int look = 0; Sleeps || look < looks; look++)
        {
            TakeStatus status = Take(inbox, lease: false, out Received<Letter> received, Sleeps ? Timeout.InfiniteTimeSpan : TimeSpan.Zero);
            if (status == TakeStatus.Empty)
            {
                continue;
            }

            if (status == TakeStatus.Ended)
            {
                Require(count + (ulong)inbox.Missed == (ulong)messages, $"{count} messages were received and {inbox.Missed} missed of {messages}");
                Require(last == (ulong)messages, $"the last message that was received is {last} of {messages}");
                return;
            }

            Require(!received.Value.IsTorn && received.Value.Length == length, $"message {received.Value.Number} is torn");
            Require(received.Value.Number > last && received.Sequence == received.Value.Number, $"message {received.Value.Number} comes as {received.Sequence} after {last}");
            last = received.Value.Number;
            count++;
            Require(count + (ulong)inbox.Missed == last, $"{count} messages were received and {inbox.Missed} missed of {last}");
            Run.Pause((int)((last * 256) + (count * 16)) + look, inbox);
        }
    });

    /// <inheritdoc/>
    public override string ToString() => $"{messages} messages of {length} B to a subscriber that may be lapped{(whenFull == FullMode.Latest ? ", wants only the latest" : "")}{(Sleeps ? "" : $" and looks {looks} times")}";
}
