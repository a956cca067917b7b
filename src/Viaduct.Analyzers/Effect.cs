namespace Viaduct.Analyzers;

/// <summary>What a member does to a message, lease, request or loan.</summary>
internal enum Effect
{
    /// <summary>Reads it: an error after its end.</summary>
    None,

    /// <summary>Gives the first argument away.</summary>
    GivesArgument,

    /// <summary>Gives the first argument away if it returns true.</summary>
    GivesArgumentIfTrue,

    /// <summary>Gives away what it is called on.</summary>
    GivesItself,

    /// <summary>Gives away what it is called on if it returns true.</summary>
    GivesItselfIfTrue,

    /// <summary>Ends what it is called on; later calls do nothing.</summary>
    Ends,

    /// <summary>Works after the end as before.</summary>
    Harmless,
}
