using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Viaduct.Analyzers.Flow;

/// <summary>
/// Follows values along all paths of a member and of the lambdas and local functions in it, and finds uses after an end. A use is
/// reported when any path leads from an end to it. States only grow while paths are followed again, so what is found on the way holds.
/// </summary>
internal sealed class FlowAnalysis(KnownMembers members, CancellationToken cancellationToken)
{
    private readonly Dictionary<(SyntaxNode Use, string Rule), Finding> _findings = [];
    private readonly Dictionary<ISymbol, FunctionSummary> _localFunctions = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IOperation, FunctionSummary> _lambdas = [];

    /// <summary>The members that the rules are about.</summary>
    internal KnownMembers Members => members;

    /// <summary>Ends the analysis.</summary>
    internal CancellationToken CancellationToken => cancellationToken;

    /// <summary>What was found, once each.</summary>
    internal IEnumerable<Finding> Findings => _findings.Values;

    /// <summary>Analyzes a function and the local functions in it.</summary>
    internal FunctionSummary Analyze(ControlFlowGraph graph)
    {
        FunctionSummary summary = new(function: null);
        Follow(graph, summary);
        return summary;
    }

    /// <summary>What a local function does. Empty while it is being analyzed itself, that is, in its own recursion.</summary>
    internal FunctionSummary SummaryOf(IMethodSymbol localFunction, ControlFlowGraph graph)
    {
        if (!_localFunctions.TryGetValue(localFunction, out FunctionSummary? summary))
        {
            _localFunctions.Add(localFunction, summary = new FunctionSummary(localFunction));
            Follow(graph.GetLocalFunctionControlFlowGraphInScope(localFunction, cancellationToken), summary);
        }

        return summary;
    }

    /// <summary>What a lambda does.</summary>
    internal FunctionSummary SummaryOf(IFlowAnonymousFunctionOperation lambda, ControlFlowGraph graph)
    {
        if (!_lambdas.TryGetValue(lambda, out FunctionSummary? summary))
        {
            _lambdas.Add(lambda, summary = new FunctionSummary(lambda.Symbol));
            Follow(graph.GetAnonymousFunctionControlFlowGraphInScope(lambda, cancellationToken), summary);
        }

        return summary;
    }

    /// <summary>Notes a use after an end; the first one noted of a use stands.</summary>
    internal void Report(SyntaxNode use, Ending ending)
    {
        if (!_findings.ContainsKey((use, ending.Rule.Id)))
        {
            _findings.Add((use, ending.Rule.Id), new Finding(use, ending));
        }
    }

    private void Follow(ControlFlowGraph graph, FunctionSummary summary)
    {
        new GraphWalk(this, graph, summary).Run();
        foreach (IMethodSymbol localFunction in graph.LocalFunctions)
        {
            SummaryOf(localFunction, graph);
        }
    }
}
