namespace Viaduct.Supervision;

/// <summary>Lets others wait until something is no longer what it was. Thread-safe.</summary>
internal sealed class ChangeSignal
{
    /// <summary>For the next change. Exchanged by whoever tells it, with a full fence that pairs with the acquire in <see cref="Next"/>: who sees the new one sees what was changed before.</summary>
    private TaskCompletionSource _next = Create();

    /// <summary>Completes with the next change. Ask for it before looking at what may change.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Tells that something has changed, after it has.</summary>
    public void Raise() => Interlocked.Exchange(ref _next, Create()).SetResult();

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
