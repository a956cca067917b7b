namespace Viaduct.Links;

/// <summary>A blocking receive: consumes the message at once, into its receiver's own place.</summary>
internal ref struct ReceiveInPlaceAttempt<T>(Inbox<T> inbox, ref T value) : IAttempt
{
    private readonly ref T _value = ref value;

    /// <summary>What was found last.</summary>
    public TakeStatus Status = TakeStatus.Empty;

    /// <inheritdoc/>
    public bool Try() => Status != TakeStatus.Empty || (Status = inbox.TryReceive(out _value, Memory.Shared.Looks)) != TakeStatus.Empty;
}
