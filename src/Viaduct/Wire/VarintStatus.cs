namespace Viaduct.Wire;

/// <summary>What came of reading a variable-length integer.</summary>
internal enum VarintStatus
{
    /// <summary>A value was read.</summary>
    Ok,

    /// <summary>The bytes are the beginning of a value; more are needed.</summary>
    NeedMore,

    /// <summary>No continuation can make these bytes a canonical value of 64 bits.</summary>
    Malformed,
}
