using System.Text;
using Microsoft.CodeAnalysis;

namespace Viaduct.Generators;

/// <summary>The names that generated code and both ends know types by.</summary>
internal static class Names
{
    internal const string Message = "Viaduct.Messages.MessageAttribute";
    internal const string Id = "Viaduct.Messages.IdAttribute";
    internal const string Ignore = "Viaduct.Messages.IgnoreAttribute";
    internal const string Union = "Viaduct.Messages.UnionAttribute";
    internal const string Service = "Viaduct.Rpc.ServiceAttribute";
    internal const string OneWay = "Viaduct.Rpc.OneWayAttribute";
    internal const string Idempotent = "Viaduct.Rpc.IdempotentAttribute";
    internal const string Experimental = "System.Diagnostics.CodeAnalysis.ExperimentalAttribute";
    internal const string WireName = "Viaduct.Rpc.WireNameAttribute";

    internal const string Isolated = "Viaduct.Supervision.IsolatedAttribute";
    internal const string InProcess = "Viaduct.Supervision.InProcessAttribute";
    internal const string In = "System.Runtime.InteropServices.InAttribute";
    internal const string Out = "System.Runtime.InteropServices.OutAttribute";
    internal const string LibraryImport = "System.Runtime.InteropServices.LibraryImportAttribute";

    /// <summary>Where <c>Isolate</c> is.</summary>
    internal const string Isolation = "Viaduct.Supervision.NodeIsolation";

    /// <summary>Where <c>Register</c> is.</summary>
    internal const string Registration = "Viaduct.Supervision.IsolatedServices";

    private static readonly SymbolDisplayFormat s_code = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat s_plain = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        globalNamespaceStyle: SymbolDisplayGlobalNamespaceStyle.Omitted);

    /// <summary>A type as code names it.</summary>
    internal static string InCode(ITypeSymbol type) => type.ToDisplayString(s_code);

    /// <summary>A type as people name it.</summary>
    internal static string ForPeople(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat);

    /// <summary>A type without type arguments, as both ends name it.</summary>
    internal static string OnTheWire(INamedTypeSymbol type, string attribute) => NameOf(type, attribute) ?? type.ToDisplayString(s_plain);

    /// <summary>The name of what is generated for a type, without type arguments.</summary>
    internal static string OfGenerated(INamedTypeSymbol type, string suffix)
    {
        var name = new StringBuilder();
        foreach (char letter in type.ToDisplayString(s_plain))
        {
            // No name begins with a digit, so that "A_B.C" and "A.B_C", and "A_._B" and "A__._B", stay two types each.
            name.Append(letter switch { '.' => "_", '_' => "_0", _ => letter.ToString() });
        }

        // What is in no namespace is told from the library's own: the codec of a message called Value is not ValueCodec.
        if (type is { ContainingType: null, ContainingNamespace.IsGlobalNamespace: true })
        {
            name.Insert(0, '_');
        }

        return name.Append(suffix).ToString();
    }

    /// <summary>The attribute of that name, if the symbol has it.</summary>
    internal static AttributeData? Attribute(ISymbol symbol, string name) =>
        symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.ToDisplayString() == name);

    /// <summary>Whether the symbol has the attribute of that name.</summary>
    internal static bool Has(ISymbol symbol, string attribute) => Attribute(symbol, attribute) is not null;

    /// <summary>The number that a member or parameter has of its own, or null.</summary>
    internal static int? NumberOf(ISymbol symbol) =>
        Attribute(symbol, Id)?.ConstructorArguments is { Length: 1 } arguments ? arguments[0].Value as int? : null;

    private static string? NameOf(ISymbol symbol, string attribute) =>
        Attribute(symbol, attribute)?.NamedArguments.FirstOrDefault(static argument => argument.Key == "Name").Value.Value as string;
}
