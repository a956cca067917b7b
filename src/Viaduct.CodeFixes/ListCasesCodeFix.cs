using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;

namespace Viaduct.CodeFixes;

/// <summary>Lists the messages that derive from a union without cases (VIA1005), or implement it, as its cases.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ListCasesCodeFix : NodeCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["VIA1005"];

    private protected override async ValueTask<(string Title, SyntaxNode Before, SyntaxNode After)?> FixAsync(
        SyntaxNode at, SemanticModel model, Solution solution, CancellationToken cancellationToken)
    {
        if (at.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration || model.GetDeclaredSymbol(declaration, cancellationToken) is not { IsAbstract: true } union
            || union.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "UnionAttribute"))
        {
            return null;
        }

        IEnumerable<INamedTypeSymbol> derived = union.TypeKind == TypeKind.Interface
            ? await SymbolFinder.FindImplementationsAsync(union, solution, cancellationToken: cancellationToken).ConfigureAwait(false)
            : await SymbolFinder.FindDerivedClassesAsync(union, solution, cancellationToken: cancellationToken).ConfigureAwait(false);
        string[] cases =
        [
            .. derived.Where(static type => !type.IsAbstract && type.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "MessageAttribute"))
                .OrderBy(static type => type.Locations[0].SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(static type => type.Locations[0].SourceSpan.Start)
                .Select((type, index) => $"Viaduct.Messages.Union({index + 1}, typeof({type.ToMinimalDisplayString(model, declaration.SpanStart)}))"),
        ];
        return cases.Length == 0 ? null : ("List the messages that derive from it", declaration, WithAttribute(declaration, cases));
    }
}
