namespace Viaduct.Supervision;

/// <summary>
/// Something that runs and can end: a <see cref="ChildProcess"/>, a <see cref="SupervisedTask"/>, a whole supervisor, or a wrapper around
/// one of them. It was started before anybody sees it, and is not started again: a restart makes a new one. Thread-safe.
/// </summary>
public interface ISupervised
{
    /// <summary>Completes when it has ended, however that came; never fails.</summary>
    Task<ExitReason> Exited { get; }

    /// <summary>Asks it to end and, where it has not after the grace, ends it. May be called more than once, also after the end.</summary>
    /// <param name="grace">How long it has; zero = end it at once.</param>
    /// <returns>A task that completes when it has ended.</returns>
    ValueTask StopAsync(TimeSpan grace);
}
