namespace Viaduct.Model.Running;

/// <summary>What a process learned from the others: all that its further course depends on.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">The value read.</param>
internal readonly record struct Input(InputKind Kind, ulong Value);
