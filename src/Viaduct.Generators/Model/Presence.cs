namespace Viaduct.Generators;

/// <summary>What a field that isn't there is read as.</summary>
internal enum Presence
{
    /// <summary>0 or false.</summary>
    Zero,

    /// <summary>null.</summary>
    Null,

    /// <summary>What the codec says: an empty list, a struct without fields.</summary>
    Codec,

    /// <summary>Nothing: it must be there.</summary>
    Required,
}
