using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Viaduct.CodeFixes;

/// <summary>Gives a method of a service that can't be told apart from another (VIA1006) a wire name of its own.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class NameMethodCodeFix : NodeCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["VIA1006"];

    /// <summary>None: two methods that are named at once could get the same name.</summary>
    public override FixAllProvider? GetFixAllProvider() => null;

    private protected override ValueTask<(string Title, SyntaxNode Before, SyntaxNode After)?> FixAsync(
        SyntaxNode at, SemanticModel model, Solution solution, CancellationToken cancellationToken)
    {
        if (at.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method)
        {
            return default;
        }

        string name = Free(method);
        return new(($"Call it '{name}' at both ends", method, WithAttribute(method, $"Viaduct.Rpc.WireName({SymbolDisplay.FormatLiteral(name, quote: true)})")));
    }

    /// <summary>The method's name with the first number from 2 that no other method, and no text in the interface, has.</summary>
    private static string Free(MethodDeclarationSyntax method)
    {
        HashSet<string> taken = [.. method.Parent!.DescendantTokens().Select(static token => token.ValueText)];
        int number = 2;
        while (taken.Contains(method.Identifier.ValueText + number))
        {
            number++;
        }

        return method.Identifier.ValueText + number;
    }
}
