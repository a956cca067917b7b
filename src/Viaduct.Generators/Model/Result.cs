namespace Viaduct.Generators;

/// <summary>What was read of a declaration.</summary>
/// <param name="Model">The model, or null where something forbids it.</param>
/// <param name="Findings">What to tell the user.</param>
internal sealed record Result<T>(T? Model, EquatableArray<Finding> Findings)
    where T : class, IEquatable<T>;
