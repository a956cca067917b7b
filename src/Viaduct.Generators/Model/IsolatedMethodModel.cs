namespace Viaduct.Generators;

/// <summary>A static method that is carried out in a child process.</summary>
/// <param name="Key">What tells it from every other method.</param>
/// <param name="Name">Its name.</param>
/// <param name="Returns">What it returns, in code.</param>
/// <param name="IsNative">Whether that is a native integer.</param>
/// <param name="HasError">Whether the system's last error is a result of it.</param>
/// <param name="Contract">It as a method of a service.</param>
/// <param name="Parameters">Its own parameters.</param>
internal sealed record IsolatedMethodModel(
    string Key, string Name, string Returns, bool IsNative, bool HasError, MethodModel Contract, EquatableArray<IsolatedParameterModel> Parameters)
{
    /// <summary>The parameter by which the system's last error comes back.</summary>
    public const string Error = "via_error";

    /// <summary>Its parameters as code declares them.</summary>
    public string Declared => string.Join(", ", Parameters.Select(static parameter => $"{parameter.Modifiers}{parameter.Type} {parameter.Identifier}"));

    /// <summary>Its parameters as they are passed on.</summary>
    public string Passed => string.Join(", ", Parameters.Select(static parameter => parameter.Prefix + parameter.Identifier));
}
