using Viaduct.Memory;

namespace Viaduct.Rings;

/// <summary>The waiting word in a page of ours; several links of a publisher share one. Guarded by the socket's gate.</summary>
internal sealed unsafe class WaitingWord(uint* word)
{
    private uint _epoch;

    /// <summary>Says that from now on somebody waits, in a new epoch.</summary>
    public void Announce(uint kind)
    {
        _epoch = ((_epoch & ~(WaitEpoch.Kind | WaitEpoch.Awake)) + WaitEpoch.Step) | kind;
        Shared.Release(word, _epoch);
    }

    /// <summary>Says that nobody waits, and that whoever will issues a barrier after <see cref="Announce"/>.</summary>
    public void StayAwake()
    {
        _epoch = (_epoch & ~WaitEpoch.Kind) | WaitEpoch.Awake;
        Shared.Release(word, _epoch);
    }

    /// <summary>Says that nobody waits any more.</summary>
    public void Retract()
    {
        if ((_epoch & WaitEpoch.Kind) != 0)
        {
            _epoch &= ~WaitEpoch.Kind;
            Shared.Release(word, _epoch);
        }
    }
}
