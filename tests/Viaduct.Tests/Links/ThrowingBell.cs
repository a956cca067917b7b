using Viaduct.Links;

namespace Viaduct.Tests.Links;

/// <summary>Counts, and fails as often as it is told to.</summary>
internal sealed class ThrowingBell : Bell
{
    /// <summary>How often it was rung.</summary>
    public int Rung { get; private set; }

    /// <summary>How often it is to fail yet.</summary>
    public int Failures { get; set; }

    public override void Ring()
    {
        Rung++;
        if (Failures > 0)
        {
            Failures--;
            throw new IOException("The bell is cracked.");
        }
    }
}
