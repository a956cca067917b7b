namespace Viaduct.Links;

/// <summary>An attempt that is awaited.</summary>
internal sealed class BoxedAttempt<TAttempt>(TAttempt attempt) : IAttempt
    where TAttempt : struct, IAttempt
{
    /// <summary>The attempt as it stands.</summary>
    public TAttempt Attempt = attempt;

    /// <inheritdoc/>
    public bool Try() => Attempt.Try();
}
