using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Viaduct.Analyzers;

namespace Viaduct.CodeFixes;

/// <summary>Ends a lost lease, request or loan (VIA0002): by <c>using</c> where it has a name, at once where nobody looks at it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class EndItCodeFix : NodeCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.NeverEnded.Id];

    private protected override ValueTask<(string Title, SyntaxNode Before, SyntaxNode After)?> FixAsync(
        SyntaxNode at, SemanticModel model, Solution solution, CancellationToken cancellationToken) => new(Ended(at));

    private static (string Title, SyntaxNode Before, SyntaxNode After)? Ended(SyntaxNode got)
    {
        switch (got.Parent)
        {
            case EqualsValueClauseSyntax
            {
                Parent: VariableDeclaratorSyntax
                {
                    Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: not SwitchSectionSyntax } declaration },
                },
            }:
                SyntaxToken keyword = SyntaxFactory.Token(SyntaxKind.UsingKeyword)
                    .WithLeadingTrivia(declaration.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space);
                return ("Dispose it with 'using'", declaration, declaration.WithoutLeadingTrivia().WithUsingKeyword(keyword));

            case ExpressionStatementSyntax { Expression: var expression } when expression == got:
                ExpressionSyntax receiver = expression is AwaitExpressionSyntax ? SyntaxFactory.ParenthesizedExpression(expression.WithoutTrivia()) : expression.WithoutTrivia();
                ExpressionSyntax disposed = SyntaxFactory.InvocationExpression(SyntaxFactory.MemberAccessExpression(
                    SyntaxKind.SimpleMemberAccessExpression, receiver, SyntaxFactory.IdentifierName(nameof(IDisposable.Dispose))));
                return ("Dispose it", expression, disposed.WithTriviaFrom(expression));

            default:
                return EndedWhereTried(got);
        }
    }

    /// <summary><c>if (consumer.TryReceiveLease(out var lease)) { … }</c> gets a <c>using</c> around what is in the braces.</summary>
    private static (string Title, SyntaxNode Before, SyntaxNode After)? EndedWhereTried(SyntaxNode got)
    {
        ArgumentSyntax? argument = got.FirstAncestorOrSelf<ArgumentSyntax>();
        if (argument is { Expression: DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax variable }, Parent.Parent: InvocationExpressionSyntax call } &&
            call.Parent is IfStatementSyntax { Statement: BlockSyntax { Statements.Count: > 0 } block })
        {
            UsingStatementSyntax ended = SyntaxFactory.UsingStatement(
                null, SyntaxFactory.IdentifierName(variable.Identifier.WithoutTrivia()), SyntaxFactory.Block(block.Statements));
            return ("Dispose it with 'using'", block, block.WithStatements([ended]));
        }

        return null;
    }
}
