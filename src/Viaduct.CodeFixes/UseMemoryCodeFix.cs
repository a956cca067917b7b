using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Viaduct.CodeFixes;

/// <summary>Makes a span that the call would outlive (VIA1008) memory.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class UseMemoryCodeFix : NodeCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["VIA1008"];

    private protected override ValueTask<(string Title, SyntaxNode Before, SyntaxNode After)?> FixAsync(
        SyntaxNode at, SemanticModel model, Solution solution, CancellationToken cancellationToken)
    {
        // A span of something else than bytes would be refused as memory, too.
        GenericNameSyntax? span = at.FirstAncestorOrSelf<ParameterSyntax>()?.Type?.DescendantNodesAndSelf().OfType<GenericNameSyntax>().FirstOrDefault();
        return span?.Identifier.ValueText is { } name and ("Span" or "ReadOnlySpan") && span.TypeArgumentList.Arguments[0] is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.ByteKeyword }
            ? new(($"Take {name.Replace("Span", "Memory")}<byte>", span, span.WithIdentifier(SyntaxFactory.Identifier(name.Replace("Span", "Memory"))).WithTriviaFrom(span)))
            : default;
    }
}
