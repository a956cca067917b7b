namespace Viaduct.Links;

/// <summary>A message that a receiver, now gone, had not consumed: it stays on that receiver's lane until another has it.</summary>
internal readonly record struct OrphanedMessage<T>(Lane<T> Lane, ulong Position, LinkEnd Link);
