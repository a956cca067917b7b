namespace Viaduct.Generators;

/// <summary>A member of a message, or a parameter of a method.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Default">The literal of a parameter's default where it has to be written, or empty.</param>
/// <param name="MayMiss">Whether it has its parameter's default where it isn't there.</param>
/// <param name="Given">A parameter's default that has to be sent to be one, as a schema says it; empty where there is none.</param>
internal sealed record FieldModel(int Id, string Name, TypeModel Type, string Default = "", bool MayMiss = false, string Given = "")
{
    /// <summary>The local variable for it.</summary>
    public string Local => $"f{Id}";

    /// <summary>Its name in code.</summary>
    public string Identifier => Code.Identifier(Name);
}
