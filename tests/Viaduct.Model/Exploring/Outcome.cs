namespace Viaduct.Model.Exploring;

/// <summary>What an exploration found.</summary>
/// <param name="States">Different states that were reached.</param>
/// <param name="Moves">Moves between them.</param>
/// <param name="Executions">How often the product's code was run.</param>
/// <param name="IsDefective">Whether the seeded bug did anything.</param>
/// <param name="Failure">What can go wrong, and by which moves; null if nothing can.</param>
internal sealed record Outcome(int States, long Moves, int Executions, bool IsDefective, string? Failure);
