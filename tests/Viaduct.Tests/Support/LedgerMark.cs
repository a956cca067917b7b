namespace Viaduct.Tests.Support;

/// <summary>What a process says that it did with a message.</summary>
public enum LedgerMark : byte
{
    /// <summary>Its send, or its call, returned.</summary>
    Sent = 1,

    /// <summary>It has the message, and will yet release it.</summary>
    Seen = 2,

    /// <summary>The message was consumed: the call that did it returned.</summary>
    Consumed = 3,
}
