namespace Viaduct.Links;

/// <summary>Waits until all is consumed, and tells the receivers the end.</summary>
internal sealed class CompleteAttempt<T>(Outbox<T> outbox) : IAttempt
{
    /// <inheritdoc/>
    public bool Try()
    {
        outbox.EnterForeignGate();
        try
        {
            return outbox.IsClosed || outbox.TryFinish();
        }
        finally
        {
            outbox.ExitForeignGate();
        }
    }
}
