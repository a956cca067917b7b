using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Viaduct.Analyzers;

/// <summary>
/// Finds leases, requests and loans that a call returned and that are lost (VIA0002): not ended anywhere in the member, nor returned,
/// stored or passed on. It does not ask whether that happens on every path.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NeverEndedAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.NeverEnded];

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
            foreach (IOperation operation in block.Descendants())
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                IOperation? got = operation switch
                {
                    IInvocationOperation or IAwaitOperation => operation,
                    IArgumentOperation { Parameter.RefKind: RefKind.Out, Parent: { } call } argument when !IsDenied(call) => argument.Value,
                    _ => null,
                };

                if (members.HandleNoun(got?.Type) is { } noun && IsLost(got!, block, members))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rules.NeverEnded, got!.Syntax.GetLocation(), noun));
                }
            }
        }
    }

    /// <summary>Whether it is asserted that a call gave nothing: what it gives goes where the member does not go on if that is true.</summary>
    private static bool IsDenied(IOperation call)
    {
        bool given = true;
        IOperation? use = call.Parent;
        for (; use is IConversionOperation or IParenthesizedOperation or IUnaryOperation { OperatorKind: UnaryOperatorKind.Not }; use = use.Parent)
        {
            given ^= use is IUnaryOperation;
        }

        return use is IArgumentOperation { Parameter: { } parameter } && parameter.GetAttributes().Any(attribute =>
            attribute.AttributeClass?.ToDisplayString() == "System.Diagnostics.CodeAnalysis.DoesNotReturnIfAttribute"
            && attribute.ConstructorArguments.Any(argument => argument.Value is bool ends && ends == given));
    }

    private static bool IsLost(IOperation got, IOperation block, KnownMembers members)
    {
        if (got.Parent is IArgumentOperation { Parameter.RefKind: RefKind.Out })
        {
            return got is IDiscardOperation || (LocalOf(got) is { } local && IsLost(local, block, members));
        }

        return got.Parent switch
        {
            IExpressionStatementOperation => true,
            ISimpleAssignmentOperation { Target: IDiscardOperation } => true,
            ISimpleAssignmentOperation { Parent: IExpressionStatementOperation, Target: ILocalReferenceOperation target } => IsLost(target.Local, block, members),
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => !IsUsing(declarator) && IsLost(declarator.Symbol, block, members),
            _ => !Keeps(got, members),
        };
    }

    private static bool IsLost(ILocalSymbol local, IOperation block, KnownMembers members) => !block.Descendants().Any(operation =>
        operation is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, local) && Keeps(reference, members));

    /// <summary>Whether what is done here with a lease, request or loan ends it or leaves it to somebody else.</summary>
    private static bool Keeps(IOperation operation, KnownMembers members) => operation.Parent switch
    {
        IInvocationOperation call when call.Instance == operation => members.EffectOf(operation, call.TargetMethod.Name) is not (Effect.None or Effect.Harmless),
        IMethodReferenceOperation method => members.EffectOf(operation, method.Method.Name) is not (Effect.None or Effect.Harmless),
        IPropertyReferenceOperation => false,
        ISimpleAssignmentOperation assignment when assignment.Target == operation => false,
        IArgumentOperation { Parameter.RefKind: RefKind.Out } => false,
        IDeclarationExpressionOperation { Parent: IArgumentOperation { Parameter.RefKind: RefKind.Out } } => false,
        INameOfOperation => false,
        _ => true,
    };

    private static ILocalSymbol? LocalOf(IOperation target) => target switch
    {
        ILocalReferenceOperation reference => reference.Local,
        IDeclarationExpressionOperation { Expression: ILocalReferenceOperation reference } => reference.Local,
        _ => null,
    };

    private static bool IsUsing(IVariableDeclaratorOperation declarator) =>
        declarator.Parent?.Parent?.Parent is IUsingDeclarationOperation or IUsingOperation;
}
