namespace Viaduct.Generators;

/// <summary>What a method gives back.</summary>
internal enum ResultShape
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A value.</summary>
    Value,

    /// <summary>Items one after the other.</summary>
    Stream,

    /// <summary>An object that stays where it is.</summary>
    Service,
}
