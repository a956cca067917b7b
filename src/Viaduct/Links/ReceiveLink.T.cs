using System.Runtime.CompilerServices;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>A link that messages of a type are taken from.</summary>
internal abstract unsafe class ReceiveLink<T>(PeerIdentity peer, object memory, ReceiverPage* page, int window, ulong start, bool rendezvous)
    : ReceiveLink(peer, memory, page, window, start, rendezvous)
{
    /// <summary>
    /// Takes the next message. A leased one stays the sender's until <see cref="ReceiveLink.Release"/>; another is consumed at once.
    /// After false what was received is undefined.
    /// </summary>
    /// <exception cref="ProtocolViolationException">The sender wrote what can't be.</exception>
    public abstract bool TryTake(bool lease, out Received<T> received);

    /// <summary>Whether <see cref="TryTake"/> would give a message or throw. An end mark at the front is taken.</summary>
    public abstract bool HasNext();

    /// <summary>
    /// Takes and consumes the next message, in few instructions, where that is all there is to do; the caller rings the bell. Never throws. The
    /// value and its length are undefined where none was taken.
    /// </summary>
    /// <param name="value">A message that may be used again, or none; then the message.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="looks">So often it is looked before there is nothing: a look alone takes a fraction of what it takes to come here.</param>
    public virtual Glance TryReceiveUsual(ref T value, out int length, int looks = 1)
    {
        length = 0;
        return Glance.More;
    }

    /// <summary>
    /// Takes the next message for a lease, in few instructions, where that is all there is to do. Never throws. What was received is undefined where
    /// none was taken.
    /// </summary>
    public virtual Glance TryLeaseUsual(out Received<T> received)
    {
        Unsafe.SkipInit(out received);
        return Glance.More;
    }

    /// <summary>
    /// Consumes a leased message that is the oldest which is held, where none behind it was consumed before it, in few instructions; the caller rings the bell. False
    /// where <see cref="ReceiveLink.Release"/> has to look closer. Never throws.
    /// </summary>
    public virtual bool TryConsumeUsual(ulong position) => false;

    /// <summary>As <see cref="TryTake"/> without a lease, for who wants only the message. After false the value is undefined.</summary>
    public virtual bool TryReceive(out T value, out int length)
    {
        bool taken = TryTake(lease: false, out Received<T> received);
        value = received.Value;
        length = received.Length;
        return taken;
    }

    /// <summary>Takes and consumes as many usual messages as lie there, all with one word to the sender; possibly none.</summary>
    /// <param name="values">Messages that may be used again, or none; then the messages.</param>
    /// <param name="bytes">How many bytes they have together.</param>
    public virtual int TryReceiveUsual(Span<T> values, out long bytes)
    {
        bytes = 0;
        return 0;
    }

    /// <summary>Whether nothing lies at the front, not even what has to be looked at closer. False where that is not known.</summary>
    public virtual bool HasNothing => false;

    /// <summary>Forgets a consumed message.</summary>
    public virtual void Forget(ulong position)
    {
    }
}
