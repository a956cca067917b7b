using Microsoft.CodeAnalysis;

namespace Viaduct.Generators;

/// <summary>The constraints of type parameters, to be repeated by what is generated for them.</summary>
internal static class Constraints
{
    /// <summary>All where clauses of a type, or nothing.</summary>
    internal static string Of(INamedTypeSymbol type) => string.Concat(type.TypeParameters.Select(Of));

    private static string Of(ITypeParameterSymbol parameter)
    {
        var constraints = new List<string>();
        if (parameter.HasUnmanagedTypeConstraint)
        {
            constraints.Add("unmanaged");
        }
        else if (parameter.HasValueTypeConstraint)
        {
            constraints.Add("struct");
        }
        else if (parameter.HasReferenceTypeConstraint)
        {
            constraints.Add(parameter.ReferenceTypeConstraintNullableAnnotation == NullableAnnotation.Annotated ? "class?" : "class");
        }
        else if (parameter.HasNotNullConstraint)
        {
            constraints.Add("notnull");
        }

        constraints.AddRange(parameter.ConstraintTypes.Select(Names.InCode));
        if (parameter.HasConstructorConstraint)
        {
            constraints.Add("new()");
        }

        return constraints.Count == 0 ? "" : $" where {Code.Identifier(parameter.Name)} : {string.Join(", ", constraints)}";
    }
}
