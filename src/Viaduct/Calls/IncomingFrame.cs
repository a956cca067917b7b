using Viaduct.Links;

namespace Viaduct.Calls;

/// <summary>Waits for a frame of any caller. Callers that leave or are lost are events, not errors, to a callee.</summary>
internal struct IncomingFrame : IAttempt
{
    /// <summary>Where it comes from.</summary>
    internal CalleeSocket Socket;

    /// <summary>The frame; the taker's own.</summary>
    public Frame Frame { get; private set; }

    /// <summary>Who sent it.</summary>
    public PeerIdentity Client { get; private set; }

    /// <inheritdoc/>
    public bool Try()
    {
        while (true)
        {
            try
            {
                if (Socket.Requests.TryTake(lease: false, out Received<Frame> received) != TakeStatus.Taken)
                {
                    return false;
                }

                Frame = received.Value;
                Client = received.Link.Peer;
                return true;
            }
            catch (PeerLostException)
            {
                // Look at the other callers.
            }
            catch (ProtocolViolationException)
            {
                // The link of an unsound caller was closed; the others go on.
            }
        }
    }
}
