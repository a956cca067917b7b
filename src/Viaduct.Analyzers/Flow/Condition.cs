namespace Viaduct.Analyzers.Flow;

/// <summary>What decides whether something was given away: a call's result, or a variable that holds it.</summary>
/// <param name="Decider">The call's operation, or the variable.</param>
/// <param name="GivenWhen">The value with which it was given away.</param>
internal readonly record struct Condition(object Decider, bool GivenWhen);
