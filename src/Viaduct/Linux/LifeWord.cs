namespace Viaduct.Linux;

/// <summary>One word of this process's life file, claimed for one peer; see <see cref="LifeWords"/>.</summary>
internal readonly struct LifeWord : IDisposable
{
    /// <summary>The word's number in the life file, or -1 if all are taken, or a sandbox forbids them: then only the socket's end tells of a death.</summary>
    internal readonly int Slot;

    /// <summary>Tells a copy of an ended claim from the claim that has the slot now; zero = none.</summary>
    private readonly uint _generation;

    internal LifeWord(int slot, uint generation)
    {
        Slot = slot;
        _generation = generation;
    }

    /// <summary>Gives the slot back; the peer's watch ends without a death. Idempotent.</summary>
    public void Dispose()
    {
        if (_generation != 0)
        {
            LifeWords.Release(Slot, _generation);
        }
    }
}
