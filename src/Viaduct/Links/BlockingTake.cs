namespace Viaduct.Links;

/// <summary>As <see cref="TakeAttempt{T}"/>, of a thread that waits: the message goes where it is wanted.</summary>
internal ref struct BlockingTake<T>(Inbox<T> inbox, bool lease, ref Received<T> received) : IAttempt
{
    private readonly ref Received<T> _received = ref received;

    /// <summary>What was found last.</summary>
    public TakeStatus Status = TakeStatus.Empty;

    /// <inheritdoc/>
    public bool Try() => Status != TakeStatus.Empty || (Status = inbox.TryTake(lease, out _received)) != TakeStatus.Empty;
}
