namespace Viaduct.Generators;

/// <summary>A parameter of a static method that is carried out in a child process.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in code.</param>
/// <param name="Modifiers">What stands before the type where it is declared.</param>
/// <param name="Prefix">What stands before it where it is passed on.</param>
/// <param name="Form">How it differs from what the service takes.</param>
internal sealed record IsolatedParameterModel(string Name, string Type, string Modifiers, string Prefix, IsolatedForm Form)
{
    /// <summary>Its name in code.</summary>
    public string Identifier => Code.Identifier(Name);

    /// <summary>The variable that stands for it on the way.</summary>
    public string Local => $"via_{Name}";
}
