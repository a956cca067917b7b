using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;

namespace Viaduct.Supervision;

/// <summary>Finds out whether the threads that carry out a service's calls go on: a call that does nothing is put among the others.</summary>
internal static class Pulse
{
    /// <summary>Whether a server answers in time, or at least takes calls meanwhile: one that has much to do is no one that hangs.</summary>
    /// <param name="connection">The connection to it.</param>
    /// <param name="server">Its socket.</param>
    /// <param name="timeout">How long it has.</param>
    /// <returns>Whether it does; also when it is gone, which others find out.</returns>
    public static async Task<bool> IsFeltAsync(ServiceSocketConnection connection, Guid server, TimeSpan timeout)
    {
        if (connection.Socket.LinkTo(server) is not { } link)
        {
            return true;
        }

        ulong taken = Taken(connection, server);
        using CancellationTokenSource late = new(timeout);
        return await ServiceCall.PingAsync(connection, link, late.Token).ConfigureAwait(false)
            || connection.Socket.LinkTo(server) is null
            || Taken(connection, server) != taken;
    }

    /// <summary>How many frames a server has taken of those sent to it, as it says now.</summary>
    private static ulong Taken(ServiceSocketConnection connection, Guid server)
    {
        var requests = (QueueOutbox<Frame>)connection.Socket.OutboxOrNull!;
        requests.EnterGate();
        try
        {
            // Asking for all of them looks anew at each.
            _ = requests.Outstanding;
            return requests.FindLink(server)?.Released ?? 0;
        }
        catch (ProtocolViolationException)
        {
            // What hangs, or what it has written over, must not end who looks after it.
            return 0;
        }
        finally
        {
            requests.ExitGate();
        }
    }
}
