namespace Viaduct.Supervision;

/// <summary>The confinement that a child really has. Immutable.</summary>
/// <param name="Results">What became of each part that was asked for.</param>
public sealed record ConfinementReport(IReadOnlyList<ConfinementResult> Results)
{
    /// <summary>The report of a child that is not confined.</summary>
    public static ConfinementReport Nothing { get; } = new([]);

    /// <summary>The parts that the child has.</summary>
    public ConfinementParts Reached => Results.Where(static result => result.Reached).Aggregate(ConfinementParts.None, static (all, result) => all | result.Part);

    /// <summary>The parts that were asked for and that the child does not have.</summary>
    public ConfinementParts Missing => Results.Where(static result => !result.Reached).Aggregate(ConfinementParts.None, static (all, result) => all | result.Part);

    /// <summary>The report in words, one line a part.</summary>
    public override string ToString() => Results.Count == 0 ? "not confined" : string.Join('\n', Results);
}
