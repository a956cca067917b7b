namespace Viaduct.Memory;

/// <summary>What happens when a bound of a pool or of a share is reached.</summary>
internal enum ChunkNeed
{
    /// <summary>Nothing: another chunk would only be better.</summary>
    Welcome,

    /// <summary>The asker will wait: it is told when a chunk comes back.</summary>
    Needed,

    /// <summary>It is exceeded.</summary>
    Insisted,
}
