using System.Runtime.CompilerServices;

namespace Viaduct.Links;

/// <summary>Receiving where it matters from whom.</summary>
internal sealed partial class Inbox<T>
{
    /// <summary>As <see cref="TryReceive(out T, int)"/>, and tells which link the message came on. What may throw is found by <see cref="TryTake"/>.</summary>
    /// <inheritdoc cref="TryTake" path="/exception"/>
    /// <param name="value">A message that may be used again, or none; then the message, or what it was before.</param>
    /// <param name="from">The link that it came on.</param>
    public TakeStatus TryReceive(ref T value, out ReceiveLink from)
    {
        Gate.Enter();
        ReceiveLink<T>[] links = _links;
        int turn = _turn;
        if ((uint)turn < (uint)links.Length && _returned is null && links[turn] is { Lost: null } link)
        {
            from = link;
            Glance found = link.TryReceiveUsual(ref value, out int length);
            if (found == Glance.Message)
            {
                _received++;
                _bytes += length;
                PassTurn();
                if (!link.Bell.IsIdle)
                {
                    RingAndExit(link);
                    return TakeStatus.Taken;
                }

                Gate.Exit();
                return TakeStatus.Taken;
            }

            if (found == Glance.Nothing && links.Length == 1 && !_closed && !link.Completed)
            {
                Gate.Exit();
                return TakeStatus.Empty;
            }
        }

        return TryReceiveAndExit(ref value, out from);
    }

    /// <summary>A method of its own, as all that may throw under the gate: the fast path has nothing to clean up.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private TakeStatus TryReceiveAndExit(ref T value, out ReceiveLink from)
    {
        try
        {
            if (_links.Length > 1 && _returned is null && TryReceiveInTurn(ref value, out ReceiveLink? found) is { } done)
            {
                from = found!;
                return done;
            }
        }
        catch (ProtocolViolationException error)
        {
            Break(error);
            throw;
        }
        catch
        {
            // As in TryTakeTurn.
            PassTurn();
            throw;
        }
        finally
        {
            Gate.Exit();
        }

        TakeStatus status = TryTake(lease: false, out Received<T> received);
        (value, from) = status == TakeStatus.Taken ? (received.Value, received.Link) : (value, null!);
        return status;
    }
}
