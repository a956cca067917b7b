namespace Viaduct.Linux;

/// <summary>One word to sleep on, with the value at which sleeping is right.</summary>
internal unsafe struct FutexWord
{
    /// <summary>The word, aligned to four bytes; a read-only mapping will do.</summary>
    internal uint* Address;

    /// <summary>The sleeper returns at once if the word differs from this.</summary>
    internal uint Expected;

    /// <summary>Whether the word lies in memory that another process maps too.</summary>
    internal bool Shared;

    internal FutexWord(uint* address, uint expected, bool shared)
    {
        Address = address;
        Expected = expected;
        Shared = shared;
    }
}
