using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Viaduct.Generators;

/// <summary>Reads calls of <c>Isolate</c> that name both types.</summary>
internal static class IsolationReader
{
    /// <summary>Whether it looks like such a call.</summary>
    internal static bool IsCandidate(SyntaxNode node) =>
        node is GenericNameSyntax { Identifier.ValueText: "Isolate", TypeArgumentList.Arguments.Count: 2, IsUnboundGenericName: false };

    /// <summary>The pair, or null where it is another method or the types are not known here.</summary>
    internal static IsolatedPair? Read(GeneratorSyntaxContext context, CancellationToken token) =>
        context.SemanticModel.GetSymbolInfo(context.Node, token).Symbol is IMethodSymbol { TypeArguments.Length: 2 } method
        && method.ContainingType.ToDisplayString() == Names.Isolation
        && method.TypeArguments[0] is INamedTypeSymbol service
        && method.TypeArguments[1] is INamedTypeSymbol implementation
        && Access.Forbidden(service) is null
        && Access.Forbidden(implementation) is null
            ? new IsolatedPair(Names.InCode(service), Names.InCode(implementation))
            : null;
}
