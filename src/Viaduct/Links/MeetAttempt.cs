namespace Viaduct.Links;

/// <summary>An awaited send of a channel of capacity 0. Cancelled once its message was published, it waits for the receiver's word on it.</summary>
internal readonly struct MeetAttempt<T>(Outbox<T> outbox, Rendezvous<T> meeting, Loaned<T>? loan, uint ticket, CancellationToken token) : IAttempt<bool>
{
    /// <inheritdoc/>
    static bool IAttempt.OutlivesCancellation => true;

    /// <inheritdoc/>
    public bool Try() => meeting.TryOrWithdraw(token.IsCancellationRequested);

    /// <inheritdoc/>
    public bool Finish(WaitResult result, CancellationToken cancellationToken)
    {
        try
        {
            if (!meeting.Outcome())
            {
                throw new OperationCanceledException(cancellationToken);
            }

            loan?.Outbox.End(loan, ticket);
            return true;
        }
        finally
        {
            outbox.ReturnMeeting(meeting);
        }
    }
}
