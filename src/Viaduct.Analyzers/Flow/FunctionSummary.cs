using Microsoft.CodeAnalysis;

namespace Viaduct.Analyzers.Flow;

/// <summary>What a lambda or local function does to what the variables around it hold when it is called. Its own variables are new with each call.</summary>
/// <param name="function">The lambda or local function; null for a whole member.</param>
internal sealed class FunctionSummary(IMethodSymbol? function)
{
    private readonly Dictionary<ISymbol, SyntaxNode> _uses = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, Ending> _endings = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _assigned = new(SymbolEqualityComparer.Default);

    /// <summary>Variables whose value is used, and where.</summary>
    internal IReadOnlyDictionary<ISymbol, SyntaxNode> Uses => _uses;

    /// <summary>Variables whose value may be given away or ended.</summary>
    internal IReadOnlyDictionary<ISymbol, Ending> Endings => _endings;

    /// <summary>Variables that get another value.</summary>
    internal IReadOnlyCollection<ISymbol> Assigned => _assigned;

    /// <summary>Notes a use of a value; only those that a variable has from the start are of interest.</summary>
    internal void AddUse(object value, SyntaxNode at)
    {
        if (IsAround(value, out ISymbol variable) && !_uses.ContainsKey(variable))
        {
            _uses.Add(variable, at);
        }
    }

    /// <summary>Notes the end of a value.</summary>
    internal void AddEnding(object value, Ending ending)
    {
        if (IsAround(value, out ISymbol variable) && !_endings.ContainsKey(variable))
        {
            // Whoever calls this function can't see what the conditions are about.
            _endings.Add(variable, ending with { Conditions = [] });
        }
    }

    /// <summary>Notes that a variable gets another value.</summary>
    internal void AddAssigned(object variable)
    {
        if (IsAround(variable, out ISymbol symbol))
        {
            _assigned.Add(symbol);
        }
    }

    private bool IsAround(object value, out ISymbol variable)
    {
        variable = (value as ISymbol)!;
        return variable is not null && !SymbolEqualityComparer.Default.Equals(variable.ContainingSymbol, function);
    }
}
