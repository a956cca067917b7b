namespace Viaduct.HostilePeer;

/// <summary>What a page can say of calls that can't be true.</summary>
internal enum CalleeLie
{
    /// <summary>It took more than there were.</summary>
    MoreThanWasSent,

    /// <summary>It took less than it had said before.</summary>
    LessThanBefore,

    /// <summary>The count of what it took is less than the place up to which it took all.</summary>
    LessThanItsPlace,
}
