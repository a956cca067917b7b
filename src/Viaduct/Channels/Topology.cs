namespace Viaduct;

/// <summary>How many senders and how many receivers a channel may have; those who send (or call) are named first.</summary>
/// <remarks>"One" is enforced: opening a second socket of such a role throws <see cref="RoleTakenException"/>.</remarks>
public enum Topology
{
    /// <summary>Any number on both sides. The default.</summary>
    ManyToMany = 0,

    /// <summary>One sender, one receiver.</summary>
    OneToOne = 1,

    /// <summary>One sender, any number of receivers.</summary>
    OneToMany = 2,

    /// <summary>Any number of senders, one receiver.</summary>
    ManyToOne = 3,
}
