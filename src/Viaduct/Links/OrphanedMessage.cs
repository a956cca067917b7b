namespace Viaduct.Links;

/// <summary>A message that a receiver, now gone, had not consumed: it stays on that receiver's lane until another has it.</summary>
internal sealed record OrphanedMessage<T>(Lane<T> Lane, ulong Position, LinkEnd Link);
