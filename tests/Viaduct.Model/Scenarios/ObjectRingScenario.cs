using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Model.Running;

namespace Viaduct.Model.Scenarios;

/// <summary>
/// Two threads of one process with a ring of one slot. Where they wait, and how each rings for the other, is the product's; the slot itself, which holds
/// objects and so is not behind the seam, is <c>Links/ObjectLane.cs</c> and <c>Links/ObjectReceiveLink.cs</c> once more in the explorer's terms: a change there is made
/// here, too.
/// </summary>
internal sealed unsafe class ObjectRingScenario : Scenario
{
    private readonly int _messages;
    private readonly bool _overtakes;
    private readonly bool _trusts;
    private readonly int _slot;
    private readonly int _oldest;
    private readonly int _consumed;

    /// <summary>Lays out the memory.</summary>
    /// <param name="messages">How many are sent.</param>
    /// <param name="overtakes">The sender waits for nobody, and the receiver looks as often as there are messages.</param>
    /// <param name="trusts">The receiver takes a copy for whole without looking again.</param>
    public ObjectRingScenario(int messages, bool overtakes = false, bool trusts = false)
    {
        (_messages, _overtakes, _trusts) = (messages, overtakes, trusts);
        _slot = Layout.Add("slot", Layout.Everybody, sizeof(Slot), typeof(Slot));
        _oldest = Layout.Add("oldest", 0, 64);
        _consumed = Layout.Add("consumed", 1, 64);
        Layout.AddPrivate("waitpoints", 256);
    }

    /// <inheritdoc/>
    public override bool IsDefective => _trusts;

    /// <inheritdoc/>
    public override Course Start(int process, byte* memory)
    {
        Socket sender = new();
        Socket receiver = new();
        return process == 0 ? new Course(() => Send(sender, receiver, memory)) : new Course(() => Receive(sender, receiver, memory));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_messages} objects through one slot{(_overtakes ? ", waited for by nobody" : "")}";

    private static void Put(Slot* slot, ulong number)
    {
        Shared.Write(&slot->Value, number);
        Shared.Write(&slot->Complement, ~number);
        Shared.Release(&slot->Published, ObjectRing<ulong>.MarkOf(number - 1));
    }

    private static void Forget(Slot* slot) => Shared.Write(&slot->Value, 0UL);

    private static bool WasOvertaken(Slot* slot, ulong* oldest, ulong position)
    {
        Shared.ReadFence();
        return Shared.Acquire(&slot->Published) != ObjectRing<ulong>.MarkOf(position) || Shared.Acquire(oldest) > position;
    }

    private void Send(Socket socket, Socket peer, byte* memory)
    {
        Slot* slot = (Slot*)(memory + _slot);
        InProcessBell bell = new(peer.WaitPoint);
        for (ulong number = 1; number <= (ulong)_messages; number++)
        {
            if (_overtakes)
            {
                // RecordRing's order for rings of objects: the mark, the slot unpublished, what is new.
                Shared.Release((ulong*)(memory + _oldest), number - 1);
                Shared.WriteFence();
                Shared.Release(&slot->Published, 0u);
                Shared.WriteFence();
            }
            else
            {
                socket.WaitFor((ulong*)(memory + _consumed), number - 1);
            }

            Put(slot, number);
            bell.Ring();
        }
    }

    private void Receive(Socket sender, Socket socket, byte* memory)
    {
        Slot* slot = (Slot*)(memory + _slot);
        ulong* oldest = (ulong*)(memory + _oldest);
        InProcessBell bell = new(sender.WaitPoint);
        ulong position = 0;
        for (int look = 0; look < _messages; look++)
        {
            if (_overtakes)
            {
                position = Math.Max(position, Shared.Acquire(oldest));
                if (Shared.Acquire(&slot->Published) != ObjectRing<ulong>.MarkOf(position))
                {
                    continue;
                }
            }
            else
            {
                socket.WaitFor(&slot->Published, ObjectRing<ulong>.MarkOf(position));
            }

            ulong value = Shared.Read(&slot->Value);
            ulong complement = Shared.Read(&slot->Complement);
            if (_overtakes && !_trusts && WasOvertaken(slot, oldest, position))
            {
                continue;
            }

            if (value != position + 1 || complement != ~value)
            {
                throw new ModelFailureException($"received {value} as message {position + 1}");
            }

            position++;
            if (!_overtakes)
            {
                Forget(slot);
                Shared.Release((ulong*)(memory + _consumed), position);
                bell.Ring();
            }
        }
    }

    /// <summary>As a slot of <c>ObjectRing</c>, with a value of two words.</summary>
    private struct Slot
    {
        public uint Published;
        public ulong Value;
        public ulong Complement;
    }

    /// <summary>A socket without links of its own.</summary>
    private sealed class Socket() : Mailbox(new ChannelSpec<Letter>("model"), new ConsumerOptions { Wait = WaitMode.Sleep })
    {
        protected override int PauseAfter(int looks) => 1;

        protected override ReadOnlySpan<LinkEnd> Ends => [];

        public void WaitFor(ulong* word, ulong value)
        {
            CountLook look = new(word, value);
            Block(ref look, Timeout.InfiniteTimeSpan, CancellationToken.None);
        }

        public void WaitFor(uint* mark, uint value)
        {
            MarkLook look = new(mark, value);
            Block(ref look, Timeout.InfiniteTimeSpan, CancellationToken.None);
        }
    }

    /// <summary>Whether a count is that far.</summary>
    private readonly struct CountLook(ulong* word, ulong value) : IAttempt
    {
        public bool Try() => Shared.Acquire(word) >= value;
    }

    /// <summary>Whether a slot is published.</summary>
    private readonly struct MarkLook(uint* mark, uint value) : IAttempt
    {
        public bool Try() => Shared.Acquire(mark) == value;
    }
}
