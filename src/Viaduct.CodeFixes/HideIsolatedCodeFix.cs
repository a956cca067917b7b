using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Viaduct.CodeFixes;

/// <summary>Makes an isolated class that other projects would call in their own process (VIA1012) internal.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class HideIsolatedCodeFix : NodeCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["VIA1012"];

    private protected override ValueTask<(string Title, SyntaxNode Before, SyntaxNode After)?> FixAsync(
        SyntaxNode at, SemanticModel model, Solution solution, CancellationToken cancellationToken) =>
        at.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } isolated
            && model.GetDeclaredSymbol(isolated, cancellationToken)!.DeclaringSyntaxReferences.Count(part => IsWritten(part.SyntaxTree, solution)) == 1
            ? new(MadeInternal(isolated))
            : default;

    /// <summary>Other parts would have to say the same; those that are generated follow.</summary>
    private static bool IsWritten(SyntaxTree tree, Solution solution) => solution.GetDocument(tree) is not (null or SourceGeneratedDocument);
}
