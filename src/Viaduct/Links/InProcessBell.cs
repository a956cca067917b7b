using Viaduct.Memory;

namespace Viaduct.Links;

/// <summary>Wakes a socket of this process.</summary>
internal sealed unsafe class InProcessBell(WaitPoint peer) : Bell(peer.Waiting)
{
    /// <inheritdoc/>
    protected override void Tell()
    {
        // Store → load: the change must be visible before we look for waiters. Pairs with the fence in Mailbox.
        Shared.Fence();
        if (peer.HasWaiters)
        {
            peer.Wake();
        }
    }
}
