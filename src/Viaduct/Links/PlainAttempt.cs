namespace Viaduct.Links;

/// <summary>An attempt of which whoever awaits it wants to know how the wait ended.</summary>
internal readonly struct PlainAttempt<TAttempt>(TAttempt attempt) : IAttempt<WaitResult>
    where TAttempt : class, IAttempt
{
    /// <inheritdoc/>
    static bool IAttempt.Takes => TAttempt.Takes;

    /// <inheritdoc/>
    static bool IAttempt.LooksOn => TAttempt.LooksOn;

    /// <inheritdoc/>
    public bool Try() => attempt.Try();

    /// <inheritdoc/>
    public WaitResult Finish(WaitResult result, CancellationToken cancellationToken) => result;
}
