namespace Viaduct.Links;

/// <summary>As <see cref="TakeAttempt{T}"/>, of a thread that waits: the message goes where it is wanted.</summary>
/// <param name="inbox">Where it is taken from.</param>
/// <param name="lease">Whether it is leased.</param>
/// <param name="forEver">Whether the wait has no end but a message's.</param>
/// <param name="received">Where it goes.</param>
internal ref struct BlockingTake<T>(Inbox<T> inbox, bool lease, bool forEver, ref Received<T> received) : IAttempt
{
    private readonly ref Received<T> _received = ref received;

    /// <summary>What was found last.</summary>
    public TakeStatus Status = TakeStatus.Empty;

    /// <inheritdoc/>
    public bool Try()
    {
        if (Status != TakeStatus.Empty || (Status = inbox.TryTake(lease, out _received)) != TakeStatus.Empty)
        {
            return true;
        }

        if (forEver)
        {
            inbox.RefuseVainWait();
        }

        return false;
    }
}
