using Viaduct.Linux;
using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Model.Running;
using Viaduct.Rings;

namespace Viaduct.Model.Scenarios;

/// <summary>
/// A sender (process 0) rings for a program that awaits (process 1), by way of a socket that another thread of the program's process reads (process 2).
/// The bell and the announcement are the product's; the socket is a word that counts bytes, and the operation that awaits one that counts its answers, since
/// neither the kernel's socket nor an object of two threads is behind the seam.
/// </summary>
internal sealed unsafe class DoorbellScenario : Scenario
{
    private readonly int _messages;
    private readonly bool _readsLate;
    private readonly bool _senderDies;
    private readonly int _sent;
    private readonly int _signal;
    private readonly int _waiting;
    private readonly int _socket;
    private readonly int _answers;
    private readonly int _awaiters;
    private readonly int _lost;

    /// <summary>Lays out the memory.</summary>
    /// <param name="messages">How many are sent.</param>
    /// <param name="readsLate">The thread that reads the socket wakes the program before it does.</param>
    /// <param name="senderDies">The sender may be killed: the program takes what it had sent, and then knows.</param>
    public DoorbellScenario(int messages, bool readsLate = false, bool senderDies = false)
    {
        (_messages, _readsLate, _senderDies) = (messages, readsLate, senderDies);
        _sent = Layout.Add("sent", 0, 64);
        _signal = Layout.Add("signal", 0, 64);
        _waiting = Layout.Add("waiting", 1, 64);
        _socket = Layout.Add("socket", Layout.Everybody, 64);
        _answers = Layout.Add("answers", Layout.Everybody, 64);
        _awaiters = Layout.Add("awaiters", Layout.Everybody, 64);
        _lost = Layout.Add("lost", 1, 64);
    }

    /// <inheritdoc/>
    public override int Processes => 3;

    /// <inheritdoc/>
    public override bool IsDefective => _readsLate;

    /// <inheritdoc/>
    public override bool MayDie(int process) => _senderDies && process == 0;

    /// <inheritdoc/>
    public override Course Start(int process, byte* memory) => process switch
    {
        0 => StartSender(memory),
        1 => StartProgram(memory),
        _ => new Course(() => Poll(memory)),
    };

    /// <inheritdoc/>
    public override string ToString() => $"{_messages} messages for a program that awaits{(_senderDies ? ", the sender is killed" : "")}";

    private Course StartSender(byte* memory)
    {
        uint* socket = (uint*)(memory + _socket);
        SharedBell bell = new((uint*)(memory + _waiting), (uint*)(memory + _signal), () =>
        {
            Shared.Increment(socket);
            Futex.WakeAll(socket, shared: true);
        });
        return new Course(() =>
        {
            for (int i = 1; i <= _messages; i++)
            {
                Shared.Release((ulong*)(memory + _sent), (ulong)i);
                bell.Ring();
            }
        });
    }

    private Course StartProgram(byte* memory)
    {
        WaitingWord waiting = new((uint*)(memory + _waiting));
        return new Course(
            () =>
            {
                for (int i = 1; i <= _messages && Await((ulong)i, waiting, memory); i++)
                {
                }

                // The socket's end: the thread that reads it stops.
                Shared.Release((ulong*)(memory + _awaiters) + 1, 1);
                Shared.Increment((uint*)(memory + _socket));
                Futex.WakeAll((uint*)(memory + _socket), shared: false);
            },
            !_senderDies ? null : () =>
            {
                Shared.Release((ulong*)(memory + _lost), 1);
                Shared.Fence();
                Answer(memory);
            });
    }

    /// <summary>False where the sender was lost, and had not sent it.</summary>
    private bool Await(ulong number, WaitingWord waiting, byte* memory)
    {
        uint* answers = (uint*)(memory + _answers);
        ulong* sent = (ulong*)(memory + _sent);
        while (Shared.Acquire(sent) < number)
        {
            uint before = Shared.Acquire(answers);
            Shared.Increment((uint*)(memory + _awaiters));
            waiting.Announce(WaitEpoch.Doorbell);
            Shared.Fence();

            // Read before looking: what a lost sender had sent is visible by then.
            bool lost = _senderDies && Shared.Acquire((ulong*)(memory + _lost)) != 0;
            bool missing = Shared.Acquire(sent) < number;
            if (missing && !lost)
            {
                Futex.WaitAny([new FutexWord { Address = answers, Expected = before, Shared = false }], Timeout.InfiniteTimeSpan);
            }

            Shared.Decrement((uint*)(memory + _awaiters));
            waiting.Retract();
            if (missing && lost)
            {
                return false;
            }
        }

        return true;
    }

    private void Answer(byte* memory)
    {
        if (Shared.Acquire((uint*)(memory + _awaiters)) != 0)
        {
            Shared.Increment((uint*)(memory + _answers));
            Futex.WakeAll((uint*)(memory + _answers), shared: false);
        }
    }

    private void Poll(byte* memory)
    {
        uint* socket = (uint*)(memory + _socket);
        uint read = 0;
        while (Shared.Acquire((ulong*)(memory + _awaiters) + 1) == 0)
        {
            Futex.WaitAny([new FutexWord { Address = socket, Expected = read, Shared = true }], Timeout.InfiniteTimeSpan);
            read = _readsLate ? read : Shared.Acquire(socket);
            Shared.Fence();
            Answer(memory);
            read = _readsLate ? Shared.Acquire(socket) : read;
        }
    }
}
