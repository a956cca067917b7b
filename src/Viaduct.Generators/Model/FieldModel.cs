namespace Viaduct.Generators;

/// <summary>A member of a message, or a parameter of a method.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Default">The literal of a constructor parameter's default, or empty.</param>
internal sealed record FieldModel(int Id, string Name, TypeModel Type, string Default = "")
{
    /// <summary>The local variable for it.</summary>
    public string Local => $"f{Id}";

    /// <summary>Its name in code.</summary>
    public string Identifier => Code.Identifier(Name);
}
