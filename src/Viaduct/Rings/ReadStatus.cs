namespace Viaduct.Rings;

/// <summary>What a reader found at its position.</summary>
internal enum ReadStatus
{
    /// <summary>Nothing yet.</summary>
    Empty,

    /// <summary>A message.</summary>
    Message,

    /// <summary>The sender has no more.</summary>
    Complete,

    /// <summary>The position was overwritten.</summary>
    Overtaken,
}
