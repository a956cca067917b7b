using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Viaduct.Generators;

/// <summary>Reads the types of channels: lists, tuples and closed generic messages get their codecs where the channel is named.</summary>
internal static class RootReader
{
    /// <summary>Whether it looks like a channel's type.</summary>
    internal static bool IsCandidate(SyntaxNode node) =>
        node is GenericNameSyntax { Identifier.ValueText: "ChannelSpec" or "CallSpec", IsUnboundGenericName: false };

    /// <summary>The types of its messages that need a codec from here.</summary>
    internal static EquatableArray<RootModel> Read(GeneratorSyntaxContext context, CancellationToken token)
    {
        var roots = new List<RootModel>();
        if (context.SemanticModel.GetSymbolInfo(context.Node, token).Symbol is INamedTypeSymbol { ContainingNamespace.Name: "Viaduct" } spec)
        {
            var types = new TypeReader(context.SemanticModel.Compilation.Assembly, self: null);
            foreach (ITypeSymbol type in spec.TypeArguments)
            {
                bool isMessage = Names.Has(type, Names.Message);
                bool isGenericMessage = isMessage && type is INamedTypeSymbol { IsGenericType: true };

                // Structs without references go as they lie in memory, and text and bytes have codecs of their own.
                bool isBytes = type is IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte };
                bool needsOne = isGenericMessage || !(isMessage || isBytes || type.IsUnmanagedType || type.SpecialType == SpecialType.System_String);
                if (needsOne && IsClosed(type) && types.Read(type.WithNullableAnnotation(NullableAnnotation.NotAnnotated), out _) is { Codec: var codec, Name: var name }
                    && name is not "global::System.ReadOnlyMemory<byte>")
                {
                    roots.Add(new RootModel(name, isGenericMessage ? codec : $"ValueCodec.Whole({codec})"));
                }
            }
        }

        return new EquatableArray<RootModel>(roots);
    }

    private static bool IsClosed(ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol => false,
        IArrayTypeSymbol array => IsClosed(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.All(IsClosed),
        _ => true,
    };
}
