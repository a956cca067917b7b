namespace Viaduct.Links;

/// <summary>Waits until all is consumed, and tells the receivers the end.</summary>
internal sealed class CompleteAttempt<T>(Outbox<T> outbox) : IAttempt
{
    /// <summary>All is consumed, and the receivers know that there is no more.</summary>
    public bool IsFinished { get; private set; }

    /// <inheritdoc/>
    public bool Try()
    {
        outbox.EnterGate();
        try
        {
            if (!outbox.IsClosed)
            {
                IsFinished = outbox.TryFinish();
            }

            return IsFinished || outbox.IsClosed;
        }
        finally
        {
            outbox.ExitGate();
        }
    }
}
