namespace Viaduct.Links;

/// <summary>What a receiver found at a first glance.</summary>
internal enum Glance
{
    /// <summary>A message, which it took and consumed.</summary>
    Message,

    /// <summary>Nothing, for certain.</summary>
    Nothing,

    /// <summary>What has to be looked at more closely.</summary>
    More,
}
