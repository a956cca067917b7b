using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Viaduct.CodeFixes;

/// <summary>Marks the type of a member that can't be sent (VIA1001) <c>[Message]</c>, where it is a class or struct of the solution.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MarkMessageCodeFix : NodeCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["VIA1001"];

    private protected override ValueTask<(string Title, SyntaxNode Before, SyntaxNode After)?> FixAsync(
        SyntaxNode at, SemanticModel model, Solution solution, CancellationToken cancellationToken)
    {
        SyntaxNode? member = at.AncestorsAndSelf().FirstOrDefault(static node => node is ParameterSyntax or MemberDeclarationSyntax);
        TypeSyntax? declared = member switch
        {
            ParameterSyntax parameter => parameter.Type,
            PropertyDeclarationSyntax property => property.Type,
            BaseFieldDeclarationSyntax field => field.Declaration.Type,
            MethodDeclarationSyntax method => method.ReturnType,
            _ => null,
        };
        foreach (TypeSyntax type in declared?.DescendantNodesAndSelf().OfType<TypeSyntax>() ?? [])
        {
            if (model.GetTypeInfo(type, cancellationToken).Type is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, IsAbstract: false, IsRefLikeType: false } symbol
                && !symbol.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "MessageAttribute")
                && symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is TypeDeclarationSyntax declaration)
            {
                return new(($"Mark '{symbol.Name}' [Message]", declaration, WithAttribute(declaration, "Viaduct.Messages.Message")));
            }
        }

        return default;
    }
}
