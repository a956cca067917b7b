using Viaduct.Model.Running;

namespace Viaduct.Model.Exploring;

/// <summary>Where a process is: in its course, with its stores on their way, and with what it has written.</summary>
internal sealed record Station
{
    /// <summary>Its place; what it was when the process died.</summary>
    public required Point Point { get; init; }

    /// <summary>Steps of the place that it has taken.</summary>
    public int Taken { get; init; }

    /// <summary>Stores, and fences between them, that the others don't see yet; the oldest first.</summary>
    public Step[] Buffer { get; init; } = [];

    /// <summary>
    /// So many of them, the oldest, precede a read that it made, so they were executed. The others may as well not have been yet, which nobody can tell but by
    /// a barrier of all processors; counted only where there is one.
    /// </summary>
    public int Executed { get; init; }

    /// <summary>What the others see of the process's own words, by slot.</summary>
    public ulong[] Image { get; init; } = [];

    /// <summary>It sleeps on the words of its place.</summary>
    public bool Sleeps { get; init; }

    /// <summary>It is about to be killed, and others may know.</summary>
    public bool IsMarked { get; init; }

    /// <summary>It has heard that somebody is.</summary>
    public bool KnowsMark { get; init; }

    /// <summary>It was killed.</summary>
    public bool IsDead { get; init; }

    /// <summary>It has heard of a death.</summary>
    public bool Knows { get; init; }

    /// <summary>It has taken all steps of its place.</summary>
    public bool Needs => Taken == Point.Steps.Length;

    /// <summary>It ended, and all can see what it did.</summary>
    public bool IsDone => Needs && Point.Need.Kind == NeedKind.Done && Buffer.Length == 0;

    public bool Equals(Station? other) =>
        other is not null
        && Sleeps == other.Sleeps
        && IsDead == other.IsDead
        && Knows == other.Knows
        && IsMarked == other.IsMarked
        && KnowsMark == other.KnowsMark
        && Executed == other.Executed
        && (IsDead || (Point == other.Point && Taken == other.Taken))
        && Buffer.AsSpan().SequenceEqual(other.Buffer)
        && Image.AsSpan().SequenceEqual(other.Image);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(IsDead ? -1 : (Point.Id << 8) + Taken);
        hash.Add(Buffer.Length);
        hash.Add((IsMarked, KnowsMark, Sleeps, Executed));
        foreach (Step step in Buffer)
        {
            hash.Add(step.Word);
            hash.Add(step.Value);
        }

        foreach (ulong word in Image)
        {
            hash.Add(word);
        }

        return hash.ToHashCode();
    }
}
