namespace Viaduct.Tests.Kills;

/// <summary>A place in the product's code at which a victim kills itself when it comes there for the so-manieth time.</summary>
/// <param name="Name">As the program of the victims names it: the member, and what it is about to do, or has done.</param>
/// <param name="Count">For the how-manieth time.</param>
internal sealed record NamedPoint(string Name, int Count)
{
    public override string ToString() => $"{Name} ({Count})";
}
