namespace Viaduct.Generators;

/// <summary>A parameter of a static method that is carried out in a child process.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place">How many come before it.</param>
/// <param name="Type">Its type in code.</param>
/// <param name="Modifiers">What stands before the type where it is declared.</param>
/// <param name="Prefix">What stands before it where it is passed on.</param>
/// <param name="Form">How it differs from what the service takes.</param>
internal sealed record IsolatedParameterModel(string Name, int Place, string Type, string Modifiers, string Prefix, IsolatedForm Form)
{
    /// <summary>Its name in code: with its place, so that generated code names nothing else so.</summary>
    public string Identifier => IdentifierOf(Name, Place);

    /// <summary>The variable that stands for it on the way.</summary>
    public string Local => $"via_{Identifier}_";

    /// <summary>The name in code of a parameter at a place.</summary>
    public static string IdentifierOf(string name, int place) => $"{name}_{place}";
}
