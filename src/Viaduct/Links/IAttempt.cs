namespace Viaduct.Links;

/// <summary>Something that a socket tries again and again until it succeeds; see <see cref="Mailbox"/>.</summary>
internal interface IAttempt
{
    /// <summary>Whether it takes a message when one comes: with capacity 0 the senders are told that it waits.</summary>
    static virtual bool Takes => true;

    /// <summary>Whether it goes on when its token is cancelled: it looks at the token itself, and ends soon after. Only awaited ones may.</summary>
    static virtual bool OutlivesCancellation => false;

    /// <summary>Whether an adaptive wait that awaits looks on for a while before it sleeps, as one that blocks does.</summary>
    static virtual bool LooksOn => false;

    /// <summary>Tries without waiting. True when it is over.</summary>
    bool Try();
}
