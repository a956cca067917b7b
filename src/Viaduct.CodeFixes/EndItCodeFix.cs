using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Viaduct.Analyzers;

namespace Viaduct.CodeFixes;

/// <summary>Ends a lost lease, request or loan (VIA0002): by <c>using</c> where it has a name, at once where nobody looks at it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class EndItCodeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.NeverEnded.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
        {
            return;
        }

        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            SyntaxNode got = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (Ended(got) is var (before, after, title))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        title,
                        _ => Task.FromResult(context.Document.WithSyntaxRoot(
                            root.ReplaceNode(before, after.WithAdditionalAnnotations(Formatter.Annotation)))),
                        nameof(EndItCodeFix)),
                    diagnostic);
            }
        }
    }

    private static (SyntaxNode Before, SyntaxNode After, string Title)? Ended(SyntaxNode got)
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
                return (declaration, declaration.WithoutLeadingTrivia().WithUsingKeyword(keyword), "Dispose it with 'using'");

            case ExpressionStatementSyntax { Expression: var expression } when expression == got:
                ExpressionSyntax receiver = expression is AwaitExpressionSyntax ? SyntaxFactory.ParenthesizedExpression(expression.WithoutTrivia()) : expression.WithoutTrivia();
                ExpressionSyntax disposed = SyntaxFactory.InvocationExpression(SyntaxFactory.MemberAccessExpression(
                    SyntaxKind.SimpleMemberAccessExpression, receiver, SyntaxFactory.IdentifierName(nameof(IDisposable.Dispose))));
                return (expression, disposed.WithTriviaFrom(expression), "Dispose it");

            default:
                return EndedWhereTried(got);
        }
    }

    /// <summary><c>if (consumer.TryReceiveLease(out var lease)) { … }</c> gets a <c>using</c> around what is in the braces.</summary>
    private static (SyntaxNode Before, SyntaxNode After, string Title)? EndedWhereTried(SyntaxNode got)
    {
        ArgumentSyntax? argument = got.FirstAncestorOrSelf<ArgumentSyntax>();
        if (argument is { Expression: DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax variable }, Parent.Parent: InvocationExpressionSyntax call } &&
            call.Parent is IfStatementSyntax { Statement: BlockSyntax { Statements.Count: > 0 } block })
        {
            UsingStatementSyntax ended = SyntaxFactory.UsingStatement(
                null, SyntaxFactory.IdentifierName(variable.Identifier.WithoutTrivia()), SyntaxFactory.Block(block.Statements));
            return (block, block.WithStatements([ended]), "Dispose it with 'using'");
        }

        return null;
    }
}
