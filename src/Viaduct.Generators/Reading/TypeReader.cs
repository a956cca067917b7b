using Microsoft.CodeAnalysis;

namespace Viaduct.Generators;

/// <summary>Finds how a type is written.</summary>
/// <param name="assembly">The assembly that is being compiled: its own codecs are reached directly.</param>
/// <param name="self">The message whose codec is being written, or null.</param>
internal sealed class TypeReader(IAssemblySymbol assembly, INamedTypeSymbol? self)
{
    private const string Codecs = "ValueCodec.";

    /// <summary>The library's codecs of types with one or two arguments.</summary>
    private static readonly Dictionary<string, string> s_collections = new()
    {
        ["System.Collections.Generic.List<T>"] = "List",
        ["System.Collections.Generic.IList<T>"] = "IList",
        ["System.Collections.Generic.ICollection<T>"] = "ICollection",
        ["System.Collections.Generic.IReadOnlyList<T>"] = "IReadOnlyList",
        ["System.Collections.Generic.IReadOnlyCollection<T>"] = "IReadOnlyCollection",
        ["System.Collections.Generic.IEnumerable<T>"] = "IEnumerable",
        ["System.Collections.Generic.HashSet<T>"] = "HashSet",
        ["System.Collections.Generic.ISet<T>"] = "ISet",
        ["System.Collections.Generic.IReadOnlySet<T>"] = "IReadOnlySet",
        ["System.Collections.Immutable.ImmutableArray<T>"] = "ImmutableArray",
        ["System.Collections.Generic.Dictionary<TKey, TValue>"] = "Dictionary",
        ["System.Collections.Generic.IDictionary<TKey, TValue>"] = "IDictionary",
        ["System.Collections.Generic.IReadOnlyDictionary<TKey, TValue>"] = "IReadOnlyDictionary",
    };

    /// <summary>The library's codecs of types by their full names, and the kinds that they write.</summary>
    private static readonly Dictionary<string, (string Codec, int Kind, Presence Presence)> s_values = new()
    {
        ["System.Half"] = ("Half", WireKinds.Varint, Presence.Zero),
        ["System.Int128"] = ("Int128", WireKinds.Bytes, Presence.Zero),
        ["System.UInt128"] = ("UInt128", WireKinds.Bytes, Presence.Zero),
        ["System.Guid"] = ("Guid", WireKinds.Bytes, Presence.Zero),
        ["System.DateTime"] = ("DateTime", WireKinds.Fixed64, Presence.Zero),
        ["System.DateTimeOffset"] = ("DateTimeOffset", WireKinds.Object, Presence.Zero),
        ["System.TimeSpan"] = ("TimeSpan", WireKinds.Varint, Presence.Zero),
        ["System.DateOnly"] = ("DateOnly", WireKinds.Varint, Presence.Zero),
        ["System.TimeOnly"] = ("TimeOnly", WireKinds.Varint, Presence.Zero),
        ["System.ReadOnlyMemory<byte>"] = ("ReadOnlyMemory", WireKinds.Bytes, Presence.Zero),
        ["System.Memory<byte>"] = ("Memory", WireKinds.Bytes, Presence.Zero),
    };

    /// <summary>The type's model, or null and why there is none.</summary>
    internal TypeModel? Read(ITypeSymbol type, out string reason)
    {
        reason = "";
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            return Read(nullable.TypeArguments[0], out reason) is { } value
                ? new TypeModel(Names.InCode(type), $"{Codecs}Nullable({value.Codec})", value.Kind, Presence.Null, IsReference: false)
                : null;
        }

        // Code without annotations does not say that it is never null.
        bool isOptional = !type.IsValueType && type.NullableAnnotation != NullableAnnotation.NotAnnotated;
        if (ReadPlain(type.WithNullableAnnotation(NullableAnnotation.NotAnnotated), out reason) is not { } plain)
        {
            return null;
        }

        if (!isOptional || (type is ITypeParameterSymbol && type.NullableAnnotation != NullableAnnotation.Annotated))
        {
            return plain;
        }

        return plain with
        {
            Name = plain.NullableName,
            Codec = $"{Codecs}Optional({plain.Codec})",
            Presence = type is ITypeParameterSymbol ? Presence.Codec : Presence.Null,
            IsReference = false,
        };
    }

    private TypeModel? ReadPlain(ITypeSymbol type, out string reason)
    {
        reason = "";
        string name = Names.InCode(type);
        if (Special(type, name) is { } special)
        {
            return special;
        }

        switch (type)
        {
            case ITypeParameterSymbol parameter:
                return new TypeModel(name, Member(parameter.Name), WireKinds.OfCodec, Presence.Codec, IsReference: false);
            case IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte }:
                return new TypeModel(name, Codecs + "Bytes", WireKinds.Bytes, Presence.Codec, IsReference: true);
            case IArrayTypeSymbol { Rank: 1 } array:
                return Read(array.ElementType, out reason) is { } element
                    ? new TypeModel(name, $"{Codecs}Array({element.Codec})", WireKinds.List, Presence.Codec, IsReference: true)
                    : null;
            case IArrayTypeSymbol:
                reason = "arrays of several dimensions have no form; use an array of arrays, or a message with the sizes and one array";
                return null;
            case INamedTypeSymbol named when named.TypeKind == TypeKind.Enum:
                return Enumeration(named, name, out reason);
            case INamedTypeSymbol { IsTupleType: true } tuple:
                return Tuple(tuple, name, out reason);
            case INamedTypeSymbol named when Names.Has(named, Names.Message):
                return Message(named, name, out reason);
            case INamedTypeSymbol named when s_collections.TryGetValue(named.OriginalDefinition.ToDisplayString(), out string? collection):
                return Collection(named, name, collection, out reason);
            default:
                reason = Advice(type);
                return null;
        }
    }

    private static TypeModel? Special(ITypeSymbol type, string name)
    {
        static TypeModel Varint(string name, string inline, string? read = null) =>
            new(name, Codecs + (read ?? inline), WireKinds.Varint, Presence.Zero, IsReference: false, inline, read ?? inline);

        switch (type.SpecialType)
        {
            case SpecialType.System_Boolean:
                return Varint(name, "Boolean");
            case SpecialType.System_SByte:
                return Varint(name, "Int32", "SByte");
            case SpecialType.System_Int16:
                return Varint(name, "Int32", "Int16");
            case SpecialType.System_Int32:
                return Varint(name, "Int32");
            case SpecialType.System_Int64:
                return Varint(name, "Int64");
            case SpecialType.System_Byte:
                return Varint(name, "UInt32", "Byte");
            case SpecialType.System_UInt16:
                return Varint(name, "UInt32", "UInt16");
            case SpecialType.System_UInt32:
                return Varint(name, "UInt32");
            case SpecialType.System_UInt64:
                return Varint(name, "UInt64");
            case SpecialType.System_Char:
                return Varint(name, "UInt32", "Char");
            case SpecialType.System_Single:
                return new TypeModel(name, Codecs + "Single", WireKinds.Fixed32, Presence.Zero, IsReference: false, "Single", "Single");
            case SpecialType.System_Double:
                return new TypeModel(name, Codecs + "Double", WireKinds.Fixed64, Presence.Zero, IsReference: false, "Double", "Double");
            case SpecialType.System_Decimal:
                return new TypeModel(name, Codecs + "Decimal", WireKinds.Bytes, Presence.Zero, IsReference: false);
            case SpecialType.System_String:
                return new TypeModel(name, Codecs + "String", WireKinds.Bytes, Presence.Required, IsReference: true, "String", "String");
        }

        if (type.ToDisplayString() == "Viaduct.Blob")
        {
            return new TypeModel(name, Codecs + "Blob", WireKinds.Object, Presence.Required, IsReference: true);
        }

        return s_values.TryGetValue(type.ToDisplayString(), out (string Codec, int Kind, Presence Presence) value)
            ? new TypeModel(name, Codecs + value.Codec, value.Kind, value.Presence, IsReference: false)
            : null;
    }

    private static TypeModel? Enumeration(INamedTypeSymbol type, string name, out string reason)
    {
        reason = Access.Forbidden(type) ?? "";
        if (reason.Length > 0 || Special(type.EnumUnderlyingType!, Names.InCode(type.EnumUnderlyingType!)) is not { } underlying)
        {
            return null;
        }

        string members = string.Join(
            ", ", type.GetMembers().OfType<IFieldSymbol>().Where(static field => field.HasConstantValue).Select(static field => $"{field.Name} = {field.ConstantValue}"));
        string codec = $"{Codecs}Enum<{name}, {underlying.Name}>({underlying.Codec}, "
            + $"{Code.Literal(Names.OnTheWire(type, Names.Message))}, {Code.Literal(members)})";
        return underlying with { Name = name, Codec = codec, Cast = underlying.Name };
    }

    private TypeModel? Tuple(INamedTypeSymbol type, string name, out string reason)
    {
        if (type.TupleElements.Length > 7)
        {
            reason = "a tuple has at most seven items; make it a message";
            return null;
        }

        return CodecsOf(type.TupleElements.Select(static item => item.Type), out reason) is { } items
            ? new TypeModel(name, $"{Codecs}Tuple({items})", WireKinds.Object, Presence.Codec, IsReference: false)
            : null;
    }

    private TypeModel? Collection(INamedTypeSymbol type, string name, string collection, out string reason) =>
        CodecsOf(type.TypeArguments, out reason) is { } arguments
            ? new TypeModel(name, $"{Codecs}{collection}({arguments})", WireKinds.List, Presence.Codec, IsReference: !type.IsValueType)
            : null;

    private TypeModel? Message(INamedTypeSymbol type, string name, out string reason)
    {
        reason = Access.Forbidden(type) ?? "";
        if (reason.Length > 0)
        {
            return null;
        }

        Presence presence = type.IsValueType ? Presence.Codec : Presence.Required;
        string codec = Names.OfGenerated(type, "Codec");
        bool isOwn = SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, assembly);
        if (self is not null && SymbolEqualityComparer.Default.Equals(type, self) && type.IsGenericType)
        {
            codec = "this";
        }
        else if (type.IsGenericType)
        {
            if (CodecsOf(type.TypeArguments, out reason) is not { } arguments)
            {
                return null;
            }

            codec = $"new {codec}<{string.Join(", ", type.TypeArguments.Select(Names.InCode))}>({arguments})";
        }
        else
        {
            codec = isOwn ? codec + ".Instance" : $"GeneratedCodecs.Get<{name}>()";
        }

        return new TypeModel(name, codec, WireKinds.Object, presence, IsReference: !type.IsValueType);
    }

    private string? CodecsOf(IEnumerable<ITypeSymbol> types, out string reason)
    {
        reason = "";
        var codecs = new List<string>();
        foreach (ITypeSymbol type in types)
        {
            if (Read(type, out reason) is not { } model)
            {
                // A nested type that stands in the way is named; the outer one is in the diagnostic already.
                reason = reason.StartsWith("'", StringComparison.Ordinal) ? reason : $"'{Names.ForPeople(type)}' in it: {reason}";
                return null;
            }

            codecs.Add(model.Codec);
        }

        return string.Join(", ", codecs);
    }

    /// <summary>The field with the codec of a type argument.</summary>
    internal static string Member(string parameter) => $"_codecOf{parameter}";

    private static string Advice(ITypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Error } => "it is not known",
        { SpecialType: SpecialType.System_Object } or { TypeKind: TypeKind.Dynamic } =>
            "nobody knows what is in it; use an abstract message whose cases are listed with [Union]",
        { SpecialType: SpecialType.System_IntPtr or SpecialType.System_UIntPtr } => "its size differs between machines; use long or ulong",
        { TypeKind: TypeKind.Delegate } => "code does not travel; pass an interface marked [Service] to a service instead",
        { TypeKind: TypeKind.Pointer or TypeKind.FunctionPointer } => "addresses mean nothing elsewhere; use bytes",
        { IsRefLikeType: true } => "it lives on the stack; use an array, Memory<byte> or ReadOnlyMemory<byte>",
        { TypeKind: TypeKind.Interface } when Names.Has(type, Names.Service) =>
            "an object that stays where it is can be a parameter or a result by itself, and no part of one",
        { TypeKind: TypeKind.Interface } =>
            "mark it [Message] and list its cases with [Union], or use a class; an object that is to stay where it is has an interface marked [Service]",
        _ when type.Locations.Any(static place => place.IsInSource) => "mark it [Message]",
        _ => "copy what is needed of it into a message of your own",
    };
}
