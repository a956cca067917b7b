namespace Viaduct.Links;

/// <summary>Where a link begins.</summary>
/// <param name="Position">The first position that the receiver gets.</param>
/// <param name="Offset">Where that message's record begins in the ring, in bytes; of no meaning for a lane of objects, and on a stream.</param>
/// <param name="History">How many messages from there on were sent before the receiver came: they count beside the capacity.</param>
internal readonly record struct LinkStart(ulong Position, int Offset, int History);
