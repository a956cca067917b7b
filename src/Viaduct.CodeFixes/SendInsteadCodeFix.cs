using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Viaduct.Analyzers;

namespace Viaduct.CodeFixes;

/// <summary>Sends a copy instead of giving the message away (VIA0001), so that it stays the caller's. A loan has no copy to send.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class SendInsteadCodeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.UsedAfterGivenAway.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            if (root?.FindNode(diagnostic.AdditionalLocations[0].SourceSpan, getInnermostNodeForTie: true) is InvocationExpressionSyntax call &&
                NameOf(call) is { } name && Replacement(call, name) is { } replacement)
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        $"Send a copy with '{replacement}'",
                        cancellationToken => Replace(context.Document, name.Identifier.Span, replacement, cancellationToken),
                        nameof(SendInsteadCodeFix)),
                    diagnostic);
            }
        }
    }

    private static SimpleNameSyntax? NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name,
        MemberBindingExpressionSyntax binding => binding.Name,
        _ => null,
    };

    private static string? Replacement(InvocationExpressionSyntax call, SimpleNameSyntax name) => name.Identifier.ValueText switch
    {
        "HandOver" => "Send",
        "TryHandOver" => "TrySend",
        // The copy is made when there is room: only who awaits it has the message back.
        "HandOverAsync" when IsAwaited(call) => "SendAsync",
        _ => null,
    };

    private static bool IsAwaited(SyntaxNode call) => call.Parent switch
    {
        AwaitExpressionSyntax => true,
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: nameof(Task.ConfigureAwait), Parent: InvocationExpressionSyntax configured } => IsAwaited(configured),
        _ => false,
    };

    private static async Task<Document> Replace(Document document, TextSpan span, string name, CancellationToken cancellationToken)
    {
        SourceText text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        return document.WithText(text.Replace(span, name));
    }
}
