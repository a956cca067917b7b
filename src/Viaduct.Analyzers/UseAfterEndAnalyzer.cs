using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Viaduct.Analyzers.Flow;

namespace Viaduct.Analyzers;

/// <summary>
/// Finds uses of a message after it was given away (VIA0001), and of a lease, request or loan, or memory that belongs to one, after its
/// end (VIA0003).
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UseAfterEndAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.UsedAfterGivenAway, Rules.UsedAfterEnd];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (KnownMembers.In(start.Compilation) is { } members)
            {
                start.RegisterOperationBlockAction(blocks => Analyze(blocks, members));
            }
        });
    }

    private static void Analyze(OperationBlockAnalysisContext context, KnownMembers members)
    {
        foreach (IOperation block in context.OperationBlocks)
        {
            if (!EndsAnything(block, members))
            {
                continue;
            }

            FlowAnalysis analysis = new(members, context.CancellationToken);
            analysis.Analyze(context.GetControlFlowGraph(block));
            foreach (Finding finding in analysis.Findings)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    finding.Ending.Rule,
                    finding.Use.GetLocation(),
                    [finding.Ending.Call.GetLocation()],
                    finding.Use.ToString(),
                    finding.Ending.Member));
            }
        }
    }

    /// <summary>Most members have nothing to follow: a look at their operations is cheaper than their graph.</summary>
    private static bool EndsAnything(IOperation block, KnownMembers members) => block.Descendants().Any(operation => operation switch
    {
        IInvocationOperation call => members.EffectOf(call.Instance, call.TargetMethod.Name) != Effect.None,
        IVariableDeclaratorOperation variable => members.HandleNoun(variable.Symbol.Type) is not null,
        ILocalReferenceOperation local => members.HandleNoun(local.Type) is not null,
        _ => false,
    });
}
