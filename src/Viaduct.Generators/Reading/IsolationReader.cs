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
            return new IsolatedUse(pair, FindHere(context.Node, Rules.NotKnown, Names.ForPeople(open)));
        }

        if (method.TypeArguments.SelectMany(TypesIn).FirstOrDefault(type => Access.AliasOf(type, context.SemanticModel.Compilation) is not null) is { } aliased)
        {
            string alias = Access.AliasOf(aliased, context.SemanticModel.Compilation)!;
            return new IsolatedUse(pair, FindHere(
                context.Node, Rules.Inaccessible, aliased.Name, $"its assembly {aliased.ContainingAssembly.Name} goes by the extern alias {alias} alone; add the alias global to its reference, or register the pair by hand"));
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
        new(Names.InCode(method.TypeArguments[0]), Names.InCode(method.TypeArguments[1]), method.TypeArguments.Any(IsOpen), ExperimentalIn(method.TypeArguments));

    /// <summary>What types, where they lie, and the constructor that is called are marked with.</summary>
    private static EquatableArray<string> ExperimentalIn(IEnumerable<ITypeSymbol> types) => new(types.SelectMany(TypesIn)
        .SelectMany(static type => type.InstanceConstructors.Where(static constructor => constructor.Parameters.IsEmpty).Concat<ISymbol>([type, type.ContainingModule, type.ContainingAssembly]))
        .OfType<ISymbol>()
        .Select(static symbol => Names.Attribute(symbol, Names.Experimental)?.ConstructorArguments.FirstOrDefault().Value as string)
        .OfType<string>().Distinct(StringComparer.Ordinal).OrderBy(static id => id, StringComparer.Ordinal));

    /// <summary>All types that code names where it names one.</summary>
    private static IEnumerable<INamedTypeSymbol> TypesIn(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => TypesIn(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.SelectMany(TypesIn).Concat(named.ContainingType is { } outer ? TypesIn(outer) : []).Append(named),
        _ => [],
    };

    private static Finding FindHere(SyntaxNode node, string rule, params string[] arguments)
    {
        Location place = node.GetLocation();
        return new Finding(rule, place.SourceTree!.FilePath, place.SourceSpan, place.GetLineSpan().Span, new EquatableArray<string>(arguments));
    }

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
