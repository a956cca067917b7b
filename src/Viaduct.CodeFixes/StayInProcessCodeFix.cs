using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Viaduct.CodeFixes;

/// <summary>Leaves a member of an isolated class that can't be carried out elsewhere (VIA1010) in this process.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class StayInProcessCodeFix : NodeCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["VIA1010"];

    private protected override ValueTask<(string Title, SyntaxNode Before, SyntaxNode After)?> FixAsync(
        SyntaxNode at, SemanticModel model, Solution solution, CancellationToken cancellationToken) =>
        at.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member and not BaseTypeDeclarationSyntax
            ? new(("Leave it in this process", member, WithAttribute(member, "Viaduct.Supervision.InProcess")))
            : default;
}
