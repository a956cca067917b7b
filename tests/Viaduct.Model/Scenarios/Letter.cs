namespace Viaduct.Model.Scenarios;

/// <summary>A message: its number, its bytes, and whether its two halves belong together.</summary>
internal readonly record struct Letter(ulong Number, int Length, bool IsTorn = false);
