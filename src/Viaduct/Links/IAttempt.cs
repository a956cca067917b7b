namespace Viaduct.Links;

/// <summary>Something that a socket tries again and again until it succeeds; see <see cref="Mailbox"/>.</summary>
internal interface IAttempt
{
    /// <summary>Tries without waiting. True when it is over.</summary>
    bool Try();
}
