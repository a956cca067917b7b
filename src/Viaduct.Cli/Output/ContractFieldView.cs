using Viaduct.Messages;

namespace Viaduct.Cli.Output;

/// <summary>A parameter or member as JSON shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, as schemas write it.</param>
/// <param name="Id">Its number on the wire.</param>
/// <param name="Passing"><c>ref</c>: it comes back; <c>out</c>: it only does; <c>default</c>, or with a value behind it: it need not be given; null for none of these.</param>
internal sealed record ContractFieldView(string Name, string Type, int Id, string? Passing)
{
    /// <summary>Makes the view of a field.</summary>
    /// <param name="field">The field.</param>
    public static ContractFieldView Of(SchemaField field)
    {
        return new ContractFieldView(field.Name, field.Type.ToString(), field.Id, field.Default.Length > 0 ? $"default {field.Default}" : field.Passing.Length == 0 ? null : field.Passing);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string name = Name.Length == 0 ? string.Empty : Name + ": ";
        return name + Type + (Passing is null ? string.Empty : " " + Passing);
    }
}
