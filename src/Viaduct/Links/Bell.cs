using System.Runtime.InteropServices;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>Tells the other end of a link that something changed, if it cares. One ringer at a time: the socket's gate guards it.</summary>
/// <param name="waiting">The word in which the other end says how it waits; null where it does not say that.</param>
internal abstract unsafe class Bell(uint* waiting)
{
    /// <summary>The words of who says nothing, and of who never sleeps. They stay for good.</summary>
    private static readonly uint* s_words = MakeWords();

    /// <summary>The word.</summary>
    private readonly uint* _waiting = waiting == null ? s_words : waiting;

    /// <summary>For whom never sleeps.</summary>
    public static Bell Silent { get; } = new SilentBell();

    /// <summary>Whether nobody has to be told: the other end never sleeps or, while it is awake, sees to it itself that it has missed nothing when it lies down.</summary>
    public bool IsIdle => Shared.IsAwake(_waiting);

    /// <summary>Rings after a change was made visible. Cheap when nobody waits.</summary>
    public void Ring()
    {
        if (!IsIdle)
        {
            Tell();
        }
    }

    /// <summary>Rings for who may sleep.</summary>
    protected abstract void Tell();

    private static uint* MakeWords()
    {
        uint* words = (uint*)NativeMemory.AllocZeroed(2, sizeof(uint));
        words[1] = WaitEpoch.Awake;
        return words;
    }

    private sealed class SilentBell() : Bell(s_words + 1)
    {
        protected override void Tell()
        {
        }
    }
}
