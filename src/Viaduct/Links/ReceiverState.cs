namespace Viaduct.Links;

/// <summary>A receiver's page at one moment, for a sender that can't read it.</summary>
internal readonly record struct ReceiverState(ulong Consumed, ulong Taken, ulong Demand, ulong RevokeAnswer, ulong Missed);
