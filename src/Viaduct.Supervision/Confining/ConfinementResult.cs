namespace Viaduct.Supervision;

/// <summary>What became of one part of a <see cref="Confinement"/>.</summary>
/// <param name="Part">The part.</param>
/// <param name="Reached">Whether the child has it.</param>
/// <param name="Detail">How far, or why not.</param>
public sealed record ConfinementResult(ConfinementParts Part, bool Reached, string Detail)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Part}: {(Reached ? "yes" : "no")} ({Detail})";
}
