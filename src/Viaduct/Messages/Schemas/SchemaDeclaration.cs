namespace Viaduct.Messages;

/// <summary>One declaration of a <see cref="SchemaText"/>.</summary>
public sealed class SchemaDeclaration
{
    /// <summary>What is declared.</summary>
    public required SchemaWord Word { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The members of a message, or the cases of a union (with no names), by their numbers.</summary>
    public IReadOnlyList<SchemaField> Fields { get; init; } = [];

    /// <summary>The methods of a service.</summary>
    public IReadOnlyList<SchemaMethod> Methods { get; init; } = [];

    /// <summary>The underlying type of an enumeration; <see langword="null"/> of all else.</summary>
    public SchemaType? Underlying { get; init; }

    /// <summary>The members of an enumeration.</summary>
    public IReadOnlyList<SchemaEnumMember> Members { get; init; } = [];

    /// <summary>The field of that number, if there is one.</summary>
    internal SchemaField? Field(int id) => Fields.FirstOrDefault(field => field.Id == id);
}
