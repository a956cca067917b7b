using System.Runtime.CompilerServices;
using Viaduct.Memory;

namespace Viaduct.Links;

/// <summary>
/// The sending side of a ring, whatever it is made of: messages at rising positions, kept until every reader is through.
/// A producer has a lane for each consumer, a publisher one for all subscribers that can share it. Guarded by the socket's gate.
/// </summary>
internal abstract class Lane<T>
{
    /// <summary>Bytes of the message put last, where they are known; of values without references those of each.</summary>
    public int LastLength = RuntimeHelpers.IsReferenceOrContainsReferences<T>() ? 0 : Unsafe.SizeOf<T>();

    /// <summary>The next message's position.</summary>
    public abstract ulong Sent { get; }

    /// <summary>The oldest position kept.</summary>
    public abstract ulong First { get; }

    /// <summary>Payload bytes kept, where bytes are known.</summary>
    public abstract long Bytes { get; }

    /// <summary>Positions that may be out at once.</summary>
    public abstract int Window { get; }

    /// <summary>Messages kept that lie in chunks.</summary>
    public abstract int ChunksHeld { get; }

    /// <summary>Publishes a message. False when there is no room now.</summary>
    /// <param name="message">The message.</param>
    /// <param name="handOver">The caller gives the object itself away; otherwise it is copied.</param>
    /// <param name="sequence">The sender's number for it.</param>
    /// <param name="attempt">Deliveries, this one included.</param>
    public abstract bool TryPut(in T message, bool handOver, ulong sequence, int attempt);

    /// <summary>
    /// Publishes a copy of a message at its first attempt, in few instructions, where that is all there is to do. False where <see cref="TryPut"/> has
    /// to look closer. Never throws.
    /// </summary>
    public virtual bool TryPutUsual(in T message, ulong sequence) => false;

    /// <summary>
    /// Publishes copies of as many messages as there is room for, by one store; none where they have to be looked at one by one. What is wrong with
    /// a message that is not the first is found when that is sent.
    /// </summary>
    /// <param name="messages">The messages.</param>
    /// <param name="sequence">The sender's number for the first.</param>
    /// <param name="bytes">Their bytes, where they are known.</param>
    public abstract int TryPutMany(ReadOnlySpan<T> messages, ulong sequence, out long bytes);

    /// <summary>Publishes a message that lies in a chunk, of which the lane becomes a user in the caller's place. False when it can't be done so. Never throws.</summary>
    public virtual bool TryGive(Chunk chunk, int length, ulong sequence) => false;

    /// <summary>Publishes that there is no more.</summary>
    public abstract bool TryComplete();

    /// <summary>Everything below is no longer read, or may be overwritten.</summary>
    public abstract void Reclaim(ulong upTo);

    /// <summary>One message beyond the consumed prefix is no longer read.</summary>
    public abstract void Release(ulong position);

    /// <summary>Whether <see cref="Release"/> freed that position: our own note, whatever the receiver says by now.</summary>
    public abstract bool IsFreed(ulong position);

    /// <summary>Puts a message that is still kept here on another lane. False when there is no room there.</summary>
    public abstract bool TryForward(ulong position, Lane<T> target);

    /// <summary>A message that is still kept, for the dead-letter handler; false for the end mark.</summary>
    public abstract bool TryRead(ulong position, out T message, out ulong sequence, out int attempt);

    /// <summary>From now on some reader may be overtaken: it is told before anything is overwritten.</summary>
    public abstract void AllowOvertaking();

    /// <summary>From now on some reader wants only the newest message: it is told which that is.</summary>
    public abstract void ShowNewest();

    /// <summary>Lets go of everything; the lane is not used again.</summary>
    public abstract void Close();
}
