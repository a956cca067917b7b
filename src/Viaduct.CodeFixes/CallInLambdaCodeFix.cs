using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Viaduct.CodeFixes;

/// <summary>Makes a lambda of an isolated method that is used as a delegate (VIA1011): the call in it is redirected.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class CallInLambdaCodeFix : NodeCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["VIA1011"];

    private protected override ValueTask<(string Title, SyntaxNode Before, SyntaxNode After)?> FixAsync(
        SyntaxNode at, SemanticModel model, Solution solution, CancellationToken cancellationToken)
    {
        ExpressionSyntax? used = at is SimpleNameSyntax { Parent: MemberAccessExpressionSyntax access } ? access : at as ExpressionSyntax;
        if (used is null || used.Parent is PrefixUnaryExpressionSyntax || model.GetSymbolInfo(used, cancellationToken).Symbol is not IMethodSymbol { ReducedFrom: null } method
            || method.Parameters.Any(static parameter => parameter.RefKind != RefKind.None))
        {
            return default;
        }

        string names = string.Join(", ", method.Parameters.Select(static parameter => SyntaxFacts.GetKeywordKind(parameter.Name) == SyntaxKind.None ? parameter.Name : "@" + parameter.Name));
        string given = method.Parameters.Length == 1 ? names : $"({names})";
        ExpressionSyntax lambda = SyntaxFactory.ParseExpression($"{given} => {used.WithoutTrivia()}({names})").WithTriviaFrom(used);
        return new(("Call it in a lambda", used, lambda));
    }
}
