namespace Viaduct;

/// <summary>What a producer may choose.</summary>
public sealed class ProducerOptions : SenderOptions
{
    /// <summary>The largest <see cref="MaxAttempts"/>.</summary>
    public const int AttemptLimit = 255;

    /// <summary>To which consumer the next message goes. Defaults to <see cref="Distribution.RoundRobin"/>.</summary>
    public Distribution Distribution { get; init; } = Distribution.RoundRobin;

    /// <summary>
    /// How many times a message is delivered before it is given up, when each of its consumers dies before consuming it: such a message may well be
    /// what kills them. From 1 to <see cref="AttemptLimit"/>; defaults to 5.
    /// </summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>
    /// Called with each message that is given up. Defaults to <see langword="null"/>: it is counted, and reported as a
    /// <see cref="NodeEventKind.DeadLettered"/> event. Called on a thread of the library, one message after the other; it should not block.
    /// </summary>
    public Action<DeadLetter>? OnDeadLetter { get; init; }

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Defined(Distribution, Distribution.LeastLoaded, nameof(Distribution));
        OptionCheck.Range(MaxAttempts, 1, AttemptLimit, nameof(MaxAttempts));
    }
}
