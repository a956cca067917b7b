using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>The types of one schema in JSON. Not thread-safe while it makes them; what it made is.</summary>
internal sealed class JsonShapes(SchemaText schema)
{
    private readonly Dictionary<string, JsonShape> _named = [];

    /// <summary>The shape of a type.</summary>
    /// <exception cref="NotSupportedException">Values of it can't be given in JSON: it is a stream or an object.</exception>
    public JsonShape Of(SchemaType type)
    {
        JsonShape plain = type.Kind switch
        {
            SchemaTypeKind.List => new ListShape(Of(type.Arguments[0])),
            SchemaTypeKind.Map => new MapShape(Of(type.Arguments[0]), Of(type.Arguments[1])),
            SchemaTypeKind.Tuple => new TupleShape([.. type.Arguments.Select((item, index) => new JsonField(index + 1, "", Of(item), false))]),
            SchemaTypeKind.Named => Named(type.Name),
            _ => throw new NotSupportedException($"{type} stays where it is, and can't be given in JSON."),
        };
        return type.IsOptional ? new OptionalShape(plain) : plain;
    }

    private JsonShape Named(string name)
    {
        if (ScalarShapes.Find(name) is { } scalar)
        {
            return scalar;
        }

        if (_named.TryGetValue(name, out JsonShape? known))
        {
            return known;
        }

        SchemaDeclaration declaration = schema.Find(name) ?? throw new NotSupportedException($"{name} is a type that is not known here.");
        switch (declaration.Word)
        {
            case SchemaWord.Enum:
                return _named[name] = new EnumShape(declaration, Of(declaration.Underlying!));

            case SchemaWord.Union:
                UnionShape union = new(name);
                _named[name] = union;
                union.Cases = [.. declaration.Fields.Select(one => new JsonField(one.Id, CaseName(declaration, one), Of(one.Type), false))];
                return union;

            case SchemaWord.Message or SchemaWord.Struct:
                MessageShape message = new(name, declaration.Word == SchemaWord.Struct);
                _named[name] = message;
                message.Fields = [.. declaration.Fields.Select(field => new JsonField(field.Id, field.Name, Of(field.Type), field.HasDefault))];
                return message;

            default:
                throw new NotSupportedException($"{name} is no type of values.");
        }
    }

    /// <summary>A case by the last part of its type's name, where that is enough.</summary>
    private static string CaseName(SchemaDeclaration union, SchemaField one)
    {
        static string Short(SchemaField one) => one.Type.Name[(one.Type.Name.LastIndexOf('.') + 1)..];
        return union.Fields.Count(other => Short(other) == Short(one)) == 1 ? Short(one) : one.Type.Name;
    }
}
