namespace Viaduct.Links;

/// <summary>A receive that waits; reused, so that waiting allocates nothing.</summary>
internal sealed class TakeAttempt<T>(Inbox<T> inbox) : IAttempt
{
    private bool _lease;
    private Received<T> _received;

    /// <summary>What was found last.</summary>
    public TakeStatus Status { get; private set; }

    /// <summary>The message.</summary>
    public ref readonly Received<T> Received => ref _received;

    /// <summary>Prepares for one receive.</summary>
    public void Reset(bool lease)
    {
        _lease = lease;
        _received = default;
        Status = TakeStatus.Empty;
    }

    /// <inheritdoc/>
    public bool Try() => Status != TakeStatus.Empty || (Status = inbox.TryTake(_lease, out _received)) != TakeStatus.Empty;
}
