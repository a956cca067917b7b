namespace Viaduct.Rpc;

/// <summary>How the calls of a <see cref="CallScope"/> are made. Immutable; checked when the scope begins.</summary>
public sealed class CallScopeOptions
{
    /// <summary>Whether the others are cancelled when one fails. Defaults to <see langword="true"/>: what they could bring is not wanted any more.</summary>
    public bool CancelOnFailure { get; init; } = true;

    /// <summary>How many spawned calls are under way at once, from 1; the others begin in order as those end. Defaults to <see cref="int.MaxValue"/>.</summary>
    public int MaxParallelism { get; init; } = int.MaxValue;

    /// <summary>The priority of the calls, as <see cref="CallContext.WithPriority"/>. Defaults to <see langword="null"/>: that which holds where a call is spawned.</summary>
    public int? Priority { get; init; }

    /// <summary>By when all calls must be over, counted from the scope's beginning, as <see cref="CallContext.Within"/>. Defaults to <see langword="null"/>: no bound.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Cancels all calls. Defaults to none. A scope within a spawned call is cancelled with that, too.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks every property but the time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A property is outside its range.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxParallelism, 1);
        if (Priority is { } priority)
        {
            CallContext.CheckPriority(priority);
        }
    }
}
