using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Viaduct.Links;
using Viaduct.Model.Running;

namespace Viaduct.Model.Scenarios;

/// <summary>
/// A stream of messages that are their own bytes, sent and received the short way where there is one. Whoever can't go on sleeps, or only
/// looks again and again: then nobody rings, and more messages can be looked at. Or both stay awake where they can, and issue a barrier before they sleep.
/// </summary>
/// <typeparam name="T">Words of eight bytes: a message has its number in the even ones and the number's complement in the odd ones.</typeparam>
internal sealed unsafe class PlainScenario<T>(int messages, int capacity, int ringBytes, int atOnce = 1, bool sleeps = true, bool completes = false, bool senderDies = false, bool copied = false, bool stayAwake = false)
    : LinkScenario<T>(copied ? static () => new CopiedFormat<T>() : static () => new UnmanagedFormat<T>("model"), capacity, window: capacity, ringBytes)
    where T : unmanaged
{
    /// <inheritdoc/>
    protected override bool Sleeps => sleeps;

    /// <inheritdoc/>
    public override bool HasBarriers => stayAwake;

    /// <inheritdoc/>
    public override bool MayDie(int process) => senderDies && process == 0;

    /// <inheritdoc/>
    protected override Course Send(Outbox<T> outbox, byte* memory)
    {
        SendLink link = Target!;
        return new Course(() =>
        {
            if (stayAwake)
            {
                SayBarriers(memory, sender: true);
            }

            for (int i = 0; i < messages;)
            {
                Run.Pause(i, outbox);
                if (stayAwake)
                {
                    outbox.TryStayAwake();
                }

                int sent = atOnce > 1 ? outbox.TrySendMany(Numbers(i + 1, Math.Min(atOnce, messages - i))) : 0;
                if (sent == 0 && (sleeps
                    ? outbox.Send(Number((ulong)i + 1), false, Timeout.InfiniteTimeSpan, CancellationToken.None)
                    : atOnce == 1 && outbox.TrySend(Number((ulong)i + 1), false)))
                {
                    sent = 1;
                }

                i += sent;
                Require(link.Outstanding <= (ulong)Capacity, $"{link.Outstanding} messages are out where {Capacity} may be");
                if (senderDies)
                {
                    Memory.Shared.Release((ulong*)(memory + SenderJournal), (ulong)i);
                }
            }

            Run.Pause(messages, outbox);
            Require(!completes || outbox.Close(Timeout.InfiniteTimeSpan) == 0, "messages were left unconsumed");
        });
    }

    /// <inheritdoc/>
    protected override Course Receive(Inbox<T> inbox, int receiver, byte* memory)
    {
        ReceiveLink link = Link!;
        return new Course(
            () => Receive(inbox, memory),
            senderDies ? () => inbox.Lose(link, new PeerLostException("model", link.Peer.Describe(), "it was killed"), "it was killed") : null);
    }

    private void Receive(Inbox<T> inbox, byte* memory)
    {
        int count = 0;
        T[] received = new T[atOnce];
        if (stayAwake)
        {
            SayBarriers(memory, sender: false);
        }

        try
        {
            while ((completes || count < messages) && Receive(inbox, received) is >= 0 and int more)
            {
                foreach (ref T message in received.AsSpan(0, more))
                {
                    ReadOnlySpan<ulong> found = Words(ref message);
                    T expected = Number((ulong)++count);
                    Require(found.SequenceEqual(Words(ref expected)), $"received {string.Join(' ', found.ToArray().Select(static word => $"{word:x}"))} as message {count}");
                }

                Run.Pause(count, inbox);
            }

            Require(count == messages, $"the end came after {count} messages");
            if (!completes)
            {
                Require(inbox.TryReceive(out _) == TakeStatus.Empty, "something comes after the last message");
            }
        }
        catch (PeerLostException) when (senderDies)
        {
            ulong published = Memory.Shared.Acquire((ulong*)(memory + SenderJournal));
            Require((ulong)count >= published, $"{published} messages were published and {count} received when the loss was told");
        }
    }

    /// <summary>Receives what is next, at least one message where it sleeps; -1 at the end.</summary>
    private int Receive(Inbox<T> inbox, T[] messages)
    {
        if (stayAwake)
        {
            inbox.TryStayAwake();
        }

        int count = atOnce > 1 ? inbox.TryReceiveMany(messages) : 0;
        if (count > 0 || (atOnce > 1 && !sleeps))
        {
            return count;
        }

        return (sleeps ? inbox.Receive(out messages[0], Timeout.InfiniteTimeSpan, CancellationToken.None) : inbox.TryReceive(out messages[0])) switch
        {
            TakeStatus.Taken => 1,
            TakeStatus.Ended => -1,
            _ => 0,
        };
    }

    private static T[] Numbers(int first, int count) => [.. Enumerable.Range(first, count).Select(static number => Number((ulong)number))];

    private static T Number(ulong number)
    {
        T message = default;
        Span<ulong> words = Words(ref message);
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = i % 2 == 0 ? number : ~number;
        }

        return message;
    }

    private static Span<ulong> Words(ref T message) => MemoryMarshal.CreateSpan(ref Unsafe.As<T, ulong>(ref message), sizeof(T) / sizeof(ulong));

    /// <inheritdoc/>
    public override string ToString() =>
        $"{messages} {(copied ? "copied" : "plain")} messages of {sizeof(T)} B, {atOnce} at once, capacity {Capacity}, ring of {RingBytes} B{(sleeps ? "" : ", nobody sleeps")}{(completes ? ", then the end" : "")}{(senderDies ? ", the sender is killed" : "")}{(stayAwake ? ", who waits was awake" : "")}";
}
