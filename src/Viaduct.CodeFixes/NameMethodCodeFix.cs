using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Viaduct.CodeFixes;

/// <summary>Gives a method of a service that can't be told apart from another (VIA1006) a wire name of its own.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class NameMethodCodeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["VIA1006"];

    /// <summary>None: two methods that are named at once could get the same name.</summary>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
        {
            return;
        }

        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            if (root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method)
            {
                continue;
            }

            string name = Free(method);
            AttributeListSyntax attribute = SyntaxFactory.AttributeList([SyntaxFactory.Attribute(
                SyntaxFactory.ParseName("global::Viaduct.Rpc.WireName").WithAdditionalAnnotations(Simplifier.Annotation),
                SyntaxFactory.ParseAttributeArgumentList($"({SymbolDisplay.FormatLiteral(name, quote: true)})"))]);
            MethodDeclarationSyntax named = method.WithoutLeadingTrivia().AddAttributeLists(attribute).WithLeadingTrivia(method.GetLeadingTrivia())
                .WithAdditionalAnnotations(Formatter.Annotation);
            context.RegisterCodeFix(
                CodeAction.Create(
                    $"Call it '{name}' at both ends",
                    _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(method, named))),
                    nameof(NameMethodCodeFix)),
                diagnostic);
        }
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
