namespace Viaduct.Tests.Kills;

/// <summary>How long survivors stood still. Any thread.</summary>
internal sealed class Stalls
{
    private readonly Lock _lock = new();

    /// <summary>How often somebody went on.</summary>
    public long Count { get; private set; }

    /// <summary>The longest time that somebody stood still.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>Somebody has gone on after so long.</summary>
    public void Note(TimeSpan stall)
    {
        lock (_lock)
        {
            Count++;
            Longest = stall > Longest ? stall : Longest;
        }
    }
}
