using Viaduct.Linux;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>Wakes a socket of another process over shared memory: its threads by futex, its awaiting operations by a doorbell frame.</summary>
/// <param name="peerWaiting">The peer's waiting word.</param>
/// <param name="signal">The wake-ups that we count for it; behind it lies the word that says whether we take barriers (<see cref="SenderPage.Barriers"/>, <see cref="ReceiverPage.Barriers"/>).</param>
/// <param name="doorbell">Sends a doorbell frame.</param>
internal sealed unsafe class SharedBell(uint* peerWaiting, uint* signal, Action doorbell) : Bell(peerWaiting)
{
    private readonly uint* _peerWaiting = peerWaiting;

    /// <summary>Rings so far.</summary>
    private uint _rings;

    /// <summary>The epoch that was answered last: a burst costs one system call.</summary>
    private uint _answered;

    /// <inheritdoc/>
    protected override void Tell()
    {
        // Store → load: the change must be visible before the epoch is read. Pairs with the fence in Mailbox.
        Shared.Fence();
        if (Barriers.TryJoinAfterMany(ref _rings))
        {
            Shared.Release(signal + 1, 1);
        }

        uint epoch = Shared.Acquire(_peerWaiting);
        if ((epoch & WaitEpoch.Kind) != 0 && epoch != _answered)
        {
            Answer(epoch);
        }
    }

    private void Answer(uint epoch)
    {
        if ((epoch & WaitEpoch.Futex) != 0)
        {
            // Before the call: a waiter that has announced this epoch and not yet gone to sleep finds the word changed, and stays up.
            Shared.Release(signal, *signal + 1);
            Futex.WakeAll(signal, shared: true);
        }

        if ((epoch & WaitEpoch.Doorbell) != 0)
        {
            doorbell();
        }

        // Last: who could not be rung is rung for the next change.
        _answered = epoch;
    }
}
