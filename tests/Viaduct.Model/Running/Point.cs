namespace Viaduct.Model.Running;

/// <summary>A place in the course of a process: reached by what it learned so far, and left by what it learns next.</summary>
internal sealed class Point
{
    /// <summary>The place before; null at the start.</summary>
    public Point? Previous { get; init; }

    /// <summary>What led here from there.</summary>
    public Input Input { get; init; }

    /// <summary>Inputs from the start to here.</summary>
    public int Depth { get; init; }

    /// <summary>A number of its own.</summary>
    public int Id { get; init; }

    /// <summary>What it does before it stops.</summary>
    public required Step[] Steps { get; init; }

    /// <summary>What it stops for.</summary>
    public required Need Need { get; init; }

    /// <summary>Whether the seeded bug did anything on the way here.</summary>
    public bool IsDefective { get; init; }

    /// <summary>The places after, as far as they are known.</summary>
    public Dictionary<Input, Point> Next { get; } = [];
}
