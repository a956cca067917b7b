using System.Runtime.CompilerServices;

namespace Viaduct.Links;

/// <summary>Receiving where it matters from whom.</summary>
internal sealed partial class Inbox<T>
{
    /// <summary>As <see cref="TryReceive(out T)"/>, and tells where the message came from. What may throw is found by <see cref="TryTake"/>.</summary>
    /// <inheritdoc cref="TryTake" path="/exception"/>
    /// <param name="value">A message that may be used again, or none; then the message, or what it was before.</param>
    /// <param name="sender">Who sent it.</param>
    public TakeStatus TryReceive(ref T value, out PeerIdentity sender)
    {
        Gate.Enter();
        if (_links is [{ Lost: null } link] && _returned is null)
        {
            sender = link.Peer;
            Glance found = link.TryReceiveUsual(ref value, out int length);
            if (found == Glance.Message)
            {
                _received++;
                _bytes += length;
                if (link.Bell is { } bell)
                {
                    RingAndExit(bell);
                    return TakeStatus.Taken;
                }

                Gate.Exit();
                return TakeStatus.Taken;
            }

            if (found == Glance.Nothing && !_closed && !link.Completed)
            {
                Gate.Exit();
                return TakeStatus.Empty;
            }
        }

        Gate.Exit();
        return TryReceiveSlowly(ref value, out sender);
    }

    /// <summary>A method of its own: what it needs on the stack would have to be cleared for the fast path, too.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private TakeStatus TryReceiveSlowly(ref T value, out PeerIdentity sender)
    {
        TakeStatus status = TryTake(lease: false, out Received<T> received);
        (value, sender) = status == TakeStatus.Taken ? (received.Value, received.Link.Peer) : (value, null!);
        return status;
    }
}
