using Viaduct.Links;
using Viaduct.Model.Running;

namespace Viaduct.Model.Scenarios;

/// <summary>A sender sends a few messages and completes; each receiver receives them all, whole, in order and once, and then the end.</summary>
internal sealed unsafe class StreamScenario(int capacity, int[] lengths, int window, int ringBytes, int receivers = 1, int chunks = 0, bool completes = true, int atOnce = 1)
    : LinkScenario<Letter>(static () => new LetterFormat(), capacity, window, ringBytes, receivers, chunks)
{
    /// <inheritdoc/>
    protected override Course Send(Outbox<Letter> outbox, byte* memory)
    {
        SendLink link = Target!;
        return new Course(() =>
        {
            for (int i = 0; i < lengths.Length;)
            {
                Run.Pause(i, outbox);
                Letter[] letters = [.. lengths.Skip(i).Take(atOnce).Select((length, next) => new Letter((ulong)(i + next) + 1, length))];
                int sent = atOnce > 1 ? outbox.TrySendMany(letters) : 0;
                if (sent == 0)
                {
                    outbox.Send(letters[0], false, Timeout.InfiniteTimeSpan, CancellationToken.None);
                    sent = 1;
                }

                i += sent;
                Require(Capacity == 0 || link.Outstanding <= (ulong)Capacity, $"{link.Outstanding} messages are out where {Capacity} may be");
                Require(Capacity > 0 || link.RefreshTaken() >= (ulong)i, $"message {i} was not received when its send returned");
            }

            Run.Pause(lengths.Length, outbox);
            Require(!completes || outbox.Close(Timeout.InfiniteTimeSpan) == 0, "messages were left unconsumed");
        });
    }

    /// <inheritdoc/>
    protected override Course Receive(Inbox<Letter> inbox, int receiver, byte* memory) => new(() =>
    {
        ulong count = 0;
        while ((completes || count < (ulong)lengths.Length)
            && Take(inbox, lease: false, out Received<Letter> received, Timeout.InfiniteTimeSpan) == TakeStatus.Taken)
        {
            Require(received.Value == new Letter(count + 1, lengths[count]), $"received {received.Value} as message {count + 1}");
            Require(received.Sequence == count + 1 && received.Attempt == 1, $"message {count + 1} came as {received.Sequence}, attempt {received.Attempt}");
            Run.Pause((int)++count, inbox);
        }

        Require(count == (ulong)lengths.Length, $"the end came after {count} messages");
        if (!completes)
        {
            TakeStatus status = Take(inbox, lease: false, out Received<Letter> received, TimeSpan.Zero);
            Require(status == TakeStatus.Empty, $"{received.Value} comes after the last message");
        }
    });

    /// <inheritdoc/>
    public override string ToString() =>
        $"{lengths.Length} messages{(atOnce > 1 ? $", {atOnce} at once," : "")} of {string.Join('/', lengths.Distinct())} B to {Processes - 1}, capacity {Capacity}, ring of {RingBytes} B{(completes ? ", then the end" : "")}";
}
