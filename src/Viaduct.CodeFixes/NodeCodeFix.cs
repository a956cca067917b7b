using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Viaduct.CodeFixes;

/// <summary>A fix that changes one node, in whatever document it is.</summary>
public abstract class NodeCodeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root
            || await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model)
        {
            return;
        }

        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            SyntaxNode at = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (await FixAsync(at, model, context.Document.Project.Solution, context.CancellationToken).ConfigureAwait(false) is var (title, before, after)
                && context.Document.Project.Solution.GetDocument(before.SyntaxTree) is { } document)
            {
                context.RegisterCodeFix(CodeAction.Create(title, token => ReplaceAsync(document, before, after, token), GetType().Name), diagnostic);
            }
        }
    }

    /// <summary>What to do about a diagnostic, or null where it isn't obvious.</summary>
    /// <param name="at">Where it is.</param>
    /// <param name="model">What the code there means.</param>
    /// <param name="solution">All there is.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The fix's title, the node that is replaced, and by which.</returns>
    private protected abstract ValueTask<(string Title, SyntaxNode Before, SyntaxNode After)?> FixAsync(
        SyntaxNode at, SemanticModel model, Solution solution, CancellationToken cancellationToken);

    /// <summary>A member with one attribute more.</summary>
    private protected static MemberDeclarationSyntax WithAttribute(MemberDeclarationSyntax member, params string[] attributes) =>
        member.WithoutLeadingTrivia().WithAttributeLists(member.AttributeLists.AddRange(attributes.Select(ListOf))).WithLeadingTrivia(member.GetLeadingTrivia());

    /// <summary>An attribute as code writes it, by its whole name.</summary>
    private protected static AttributeListSyntax ListOf(string attribute)
    {
        int arguments = attribute.IndexOf('(');
        NameSyntax name = SyntaxFactory.ParseName("global::" + (arguments < 0 ? attribute : attribute.Substring(0, arguments))).WithAdditionalAnnotations(Simplifier.Annotation);
        return SyntaxFactory.AttributeList([
            SyntaxFactory.Attribute(name, arguments < 0 ? null : SyntaxFactory.ParseAttributeArgumentList(attribute.Substring(arguments)))]);
    }

    /// <summary>The fix that makes a type internal, whatever it was.</summary>
    private protected static (string Title, SyntaxNode Before, SyntaxNode After) MadeInternal(TypeDeclarationSyntax type)
    {
        SyntaxToken[] others = [.. type.Modifiers.Where(static modifier => !SyntaxFacts.IsAccessibilityModifier(modifier.Kind()))];
        SyntaxToken word = SyntaxFactory.Token(SyntaxKind.InternalKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        TypeDeclarationSyntax bare = type.WithoutLeadingTrivia().WithModifiers([word, .. others.Select(static modifier => modifier.WithLeadingTrivia())]);
        return ($"Make '{type.Identifier.ValueText}' internal", type, bare.WithLeadingTrivia(type.GetLeadingTrivia()));
    }

    private static async Task<Document> ReplaceAsync(Document document, SyntaxNode before, SyntaxNode after, CancellationToken cancellationToken)
    {
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false))!;
        return document.WithSyntaxRoot(root.ReplaceNode(before, after.WithAdditionalAnnotations(Formatter.Annotation)));
    }
}
