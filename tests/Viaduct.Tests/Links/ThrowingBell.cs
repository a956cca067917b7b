using Viaduct.Links;

namespace Viaduct.Tests.Links;

/// <summary>Counts, and fails as often as it is told to.</summary>
internal sealed unsafe class ThrowingBell() : Bell(null)
{
    /// <summary>How often it was rung.</summary>
    public int Rung { get; private set; }

    /// <summary>How often it is to fail yet.</summary>
    public int Failures { get; set; }

    /// <summary>Whether it fails as on a thread that is interrupted.</summary>
    public bool IsInterrupted { get; set; }

    protected override void Tell()
    {
        Rung++;
        if (Failures > 0)
        {
            Failures--;
            throw IsInterrupted ? new ThreadInterruptedException() : new IOException("The bell is cracked.");
        }
    }
}
