namespace Viaduct.Links;

/// <summary>
/// One send of several that a single wait does in turn: tried again and again with the same message until it is over. Of a channel of capacity 0 each is a rendezvous.
/// </summary>
internal struct SendStep<T>
{
    /// <summary>The rendezvous that is under way.</summary>
    private Rendezvous<T>? _meeting;

    /// <summary>Tries without waiting.</summary>
    /// <param name="outbox">The sender, the same each time.</param>
    /// <param name="message">The message.</param>
    /// <param name="handOver">Whether the object itself is given away.</param>
    /// <param name="isCanceled">Nothing is to be sent any more; a rendezvous whose message was published still waits for the receiver's word.</param>
    /// <returns>Whether it was sent; null while that has to wait.</returns>
    public bool? Try(Outbox<T> outbox, in T message, bool handOver, bool isCanceled)
    {
        Rendezvous<T>? meeting = _meeting;
        if (meeting is null)
        {
            if (isCanceled)
            {
                return false;
            }

            if (outbox.Channel.Capacity > 0)
            {
                return outbox.TrySend(message, handOver) ? true : null;
            }

            meeting = outbox.RentMeeting(message, handOver, insists: true);
        }

        // Where this throws, it is over.
        _meeting = null;
        if (!meeting.TryOrWithdraw(isCanceled))
        {
            _meeting = meeting;
            return null;
        }

        try
        {
            return meeting.Outcome();
        }
        finally
        {
            outbox.ReturnMeeting(meeting);
        }
    }
}
