using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Viaduct.Analyzers.Flow;

/// <summary>How something was given away or ended.</summary>
/// <param name="Rule">The rule that a use thereafter breaks.</param>
/// <param name="Call">The call that did it.</param>
/// <param name="Member">The name of the member that was called.</param>
/// <param name="Conditions">Each of them tells, when it does not hold, that it did not happen. Empty: it has happened.</param>
internal sealed record Ending(DiagnosticDescriptor Rule, SyntaxNode Call, string Member, ImmutableHashSet<Condition> Conditions)
{
    /// <summary>Whether this and another are the same.</summary>
    public bool Equals(Ending? other) =>
        other is not null && Call == other.Call && Rule.Id == other.Rule.Id && Conditions.SetEquals(other.Conditions);

    /// <inheritdoc/>
    public override int GetHashCode() => Call.GetHashCode();

    /// <summary>What holds where two paths meet on both of which it may have happened: the earlier call stands for both.</summary>
    internal Ending Or(Ending other)
    {
        Ending first = other.Call.SpanStart < Call.SpanStart ? other : this;
        return first with { Conditions = Conditions.Intersect(other.Conditions) };
    }
}
