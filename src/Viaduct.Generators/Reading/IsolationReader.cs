using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Viaduct.Generators;

/// <summary>Reads calls of <c>Isolate</c>, and of what makes a pair of types known by hand.</summary>
internal static class IsolationReader
{
    /// <summary>Whether it looks like a call of <c>Isolate</c>.</summary>
    internal static bool IsCandidate(SyntaxNode node) => IsPair(node, "Isolate");

    /// <summary>Whether it looks like a call of <c>Register</c>.</summary>
    internal static bool IsRegistration(SyntaxNode node) => IsPair(node, "Register");

    /// <summary>What a call isolates, or why that can't be; null where it is another method, or one that the compiler refuses.</summary>
    internal static IsolatedUse? Read(GeneratorSyntaxContext context, CancellationToken token)
    {
        if (MethodOf(context, Names.Isolation, token) is not { } method)
        {
            return null;
        }

        IsolatedPair pair = PairOf(method);
        if (method.TypeArguments.FirstOrDefault(IsOpen) is { } open)
        {
            Location place = context.Node.GetLocation();
            return new IsolatedUse(pair, new Finding(
                Rules.NotKnown, place.SourceTree!.FilePath, place.SourceSpan, place.GetLineSpan().Span, new EquatableArray<string>([Names.ForPeople(open)])));
        }

        if (method.TypeArguments[0] is not INamedTypeSymbol service || method.TypeArguments[1] is not INamedTypeSymbol implementation
            || Access.Forbidden(service) is not null || !CanBeMade(implementation, service))
        {
            // The contract's own generator tells, or the compiler: each of them once.
            return null;
        }

        return new IsolatedUse(pair, FindHidden(implementation));
    }

    /// <summary>The pair that a call makes known, or null where it is another method.</summary>
    internal static IsolatedPair? ReadRegistration(GeneratorSyntaxContext context, CancellationToken token) =>
        MethodOf(context, Names.Registration, token) is { } method ? PairOf(method) : null;

    private static IsolatedPair PairOf(IMethodSymbol method) =>
        new(Names.InCode(method.TypeArguments[0]), Names.InCode(method.TypeArguments[1]), method.TypeArguments.Any(IsOpen));

    private static bool IsPair(SyntaxNode node, string name) =>
        node is GenericNameSyntax { TypeArgumentList.Arguments.Count: 2, IsUnboundGenericName: false } call && call.Identifier.ValueText == name;

    private static IMethodSymbol? MethodOf(GeneratorSyntaxContext context, string owner, CancellationToken token) =>
        context.SemanticModel.GetSymbolInfo(context.Node, token).Symbol is IMethodSymbol { TypeArguments.Length: 2 } method && method.ContainingType.ToDisplayString() == owner
            ? method : null;

    /// <summary>Whether the constraints of the type parameter are met; where they are not, the compiler says so.</summary>
    private static bool CanBeMade(INamedTypeSymbol type, INamedTypeSymbol service) =>
        type is { TypeKind: TypeKind.Class, IsAbstract: false }
        && type.AllInterfaces.Contains(service, SymbolEqualityComparer.Default)
        && type.InstanceConstructors.Any(static constructor => constructor is { Parameters.IsEmpty: true, DeclaredAccessibility: Accessibility.Public });

    /// <summary>Whether a type has parameters of the method or class around the call in it.</summary>
    private static bool IsOpen(ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol => true,
        IArrayTypeSymbol array => IsOpen(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.Any(IsOpen) || (named.ContainingType is { } outer && IsOpen(outer)),
        _ => false,
    };

    /// <summary>What of a type generated code can't name; null where it can name all of it.</summary>
    private static Finding? FindHidden(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => FindHidden(array.ElementType),
        INamedTypeSymbol named => Access.Hidden(named) is { } reason
            ? Finding.At(named.OriginalDefinition, named.OriginalDefinition, Rules.Inaccessible, named.Name, reason)
            : FindHidden(named.TypeArguments) ?? (named.ContainingType is { } outer ? FindHidden(outer.TypeArguments) : null),
        _ => null,
    };

    private static Finding? FindHidden(IEnumerable<ITypeSymbol> types) => types.Select(FindHidden).FirstOrDefault(static finding => finding is not null);
}
