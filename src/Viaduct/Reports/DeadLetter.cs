namespace Viaduct;

/// <summary>A message that was given up: each of its attempts ended with the loss of its receiver. Immutable.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Sequence">The message's sequence number.</param>
/// <param name="Attempts">How many times it was delivered.</param>
/// <param name="Message">
/// The message, as an object of the channel's message type: on a channel of bytes a <see cref="ReadOnlyMemory{T}"/> that the program may keep.
/// <see langword="null"/> only if the message itself was, or if it could not be decoded any more.
/// </param>
public sealed record DeadLetter(string Channel, ulong Sequence, int Attempts, object? Message);
