using System.Runtime.CompilerServices;

namespace Viaduct.Links;

/// <summary>Receiving where it matters from whom.</summary>
internal sealed partial class Inbox<T>
{
    /// <summary>As <see cref="TryReceive(out T)"/>, and tells which link the message came on. What may throw is found by <see cref="TryTake"/>.</summary>
    /// <inheritdoc cref="TryTake" path="/exception"/>
    /// <param name="value">A message that may be used again, or none; then the message, or what it was before.</param>
    /// <param name="from">The link that it came on.</param>
    public TakeStatus TryReceive(ref T value, out ReceiveLink from)
    {
        Gate.Enter();
        if (_links is [{ Lost: null } link] && _returned is null)
        {
            from = link;
            Glance found = link.TryReceiveUsual(ref value, out int length);
            if (found == Glance.Message)
            {
                _received++;
                _bytes += length;
                if (!link.Bell.IsIdle)
                {
                    RingAndExit(link);
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
        return TryReceiveSlowly(ref value, out from);
    }

    /// <summary>A method of its own: what it needs on the stack would have to be cleared for the fast path, too.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private TakeStatus TryReceiveSlowly(ref T value, out ReceiveLink from)
    {
        TakeStatus status = TryTake(lease: false, out Received<T> received);
        (value, from) = status == TakeStatus.Taken ? (received.Value, received.Link) : (value, null!);
        return status;
    }
}
