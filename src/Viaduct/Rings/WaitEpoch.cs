namespace Viaduct.Rings;

/// <summary>
/// The meaning of a waiting word: its low bits say how its owner waits, the rest counts the waits. Whoever wakes remembers the
/// value that it answered, so that a burst of messages costs one system call although the waker can't clear the word.
/// Since an answer may come for a message that the waiter had found already, it must not be slept through: the waker
/// counts it in its signal word, and the waiter sleeps only while that is as it was before it announced the wait.
/// </summary>
internal static class WaitEpoch
{
    /// <summary>A thread sleeps on the waker's own word.</summary>
    public const uint Futex = 1;

    /// <summary>Somebody wants a doorbell frame over the pair's socket.</summary>
    public const uint Doorbell = 2;

    /// <summary>
    /// Nobody waits, and who will has everybody's changes made visible by a barrier of the whole machine before it looks for them the last time: who makes one need not fence for it.
    /// </summary>
    public const uint Awake = 4;

    /// <summary>One wait.</summary>
    public const uint Step = 8;

    /// <summary>The bits that say how.</summary>
    public const uint Kind = Futex | Doorbell;
}
