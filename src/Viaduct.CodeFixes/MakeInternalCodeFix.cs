using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Viaduct.CodeFixes;

/// <summary>Makes a private or protected type that generated code must reach (VIA1004) internal.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MakeInternalCodeFix : NodeCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["VIA1004"];

    private protected override ValueTask<(string Title, SyntaxNode Before, SyntaxNode After)?> FixAsync(
        SyntaxNode at, SemanticModel model, Solution solution, CancellationToken cancellationToken)
    {
        TypeDeclarationSyntax? hidden = at.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().FirstOrDefault(
            type => model.GetDeclaredSymbol(type, cancellationToken)?.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal);
        return hidden is null ? default : new(MadeInternal(hidden));
    }
}
