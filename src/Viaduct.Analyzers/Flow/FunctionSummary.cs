using Microsoft.CodeAnalysis;

namespace Viaduct.Analyzers.Flow;

/// <summary>What a lambda or local function does to what the variables around it hold when it is called.</summary>
internal sealed class FunctionSummary
{
    /// <summary>Variables whose value is used, and where.</summary>
    internal Dictionary<ISymbol, SyntaxNode> Uses { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Variables whose value may be given away or ended.</summary>
    internal Dictionary<ISymbol, Ending> Endings { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Variables that get another value.</summary>
    internal HashSet<ISymbol> Assigned { get; } = new(SymbolEqualityComparer.Default);
}
