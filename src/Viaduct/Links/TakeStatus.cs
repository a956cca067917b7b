namespace Viaduct.Links;

/// <summary>What looking for a message gave.</summary>
internal enum TakeStatus
{
    /// <summary>A message.</summary>
    Taken,

    /// <summary>None now.</summary>
    Empty,

    /// <summary>None any more: all known senders completed.</summary>
    Ended,
}
