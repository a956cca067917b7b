using Microsoft.CodeAnalysis;

namespace Viaduct.Generators;

/// <summary>What generated code can reach: other classes of the same project.</summary>
internal static class Access
{
    /// <summary>Why what is generated for a type, once for all its type arguments, can't reach it, or null.</summary>
    internal static string? Forbidden(INamedTypeSymbol type)
    {
        if (Hidden(type) is { } hidden)
        {
            return hidden;
        }

        for (INamedTypeSymbol? at = type.ContainingType; at is not null; at = at.ContainingType)
        {
            if (at.IsGenericType)
            {
                return $"it is nested in the generic type {at.Name}; move it out";
            }
        }

        return null;
    }

    /// <summary>Why other classes of the project can't name a type, or null.</summary>
    internal static string? Hidden(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? at = type; at is not null; at = at.ContainingType)
        {
            if (at.IsFileLocal)
            {
                return $"{at.Name} is local to its file";
            }

            if (!IsInternal(at.DeclaredAccessibility))
            {
                return $"{at.Name} is {Word(at.DeclaredAccessibility)}; make it internal or public";
            }
        }

        return null;
    }

    /// <summary>The alias without which code can't name a type; null where it needs none.</summary>
    internal static string? AliasOf(ITypeSymbol type, Compilation compilation) =>
        type.ContainingAssembly is { } assembly && compilation.GetMetadataReference(assembly)?.Properties.Aliases is { IsEmpty: false } aliases && !aliases.Contains(MetadataReferenceProperties.GlobalAlias)
            && !IsGlobal(assembly, compilation)
            ? aliases[0] : null;

    /// <summary>Whether other projects see a type.</summary>
    internal static bool IsPublic(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? at = type; at is not null; at = at.ContainingType)
        {
            if (at.DeclaredAccessibility != Accessibility.Public)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the rest of the project sees a member.</summary>
    internal static bool IsInternal(Accessibility accessibility) =>
        accessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal;

    /// <summary>Whether the global namespace has what is in an assembly. It may be referenced several times, of which each has its aliases, and one alone is told.</summary>
    private static bool IsGlobal(IAssemblySymbol assembly, Compilation compilation) =>
        compilation.GlobalNamespace.ConstituentNamespaces.Any(part => SymbolEqualityComparer.Default.Equals(part.ContainingAssembly, assembly));

    private static string Word(Accessibility accessibility) => accessibility switch
    {
        Accessibility.Private => "private",
        Accessibility.Protected => "protected",
        _ => "protected",
    };
}
