using Viaduct.Links;

namespace Viaduct.Nodes;

/// <summary>Asks a session's writer to tell the sender of a link how far its receiver is.</summary>
internal sealed unsafe class ReceiverBell(Session session, IncomingLink link) : Bell(null)
{
    /// <inheritdoc/>
    protected override void Tell()
    {
        if (Interlocked.Exchange(ref link.Dirty, 1) == 0)
        {
            try
            {
                session.RequestOutput();
            }
            catch
            {
                // Nobody was asked: the next ring asks.
                Volatile.Write(ref link.Dirty, 0);
                throw;
            }
        }
    }
}
