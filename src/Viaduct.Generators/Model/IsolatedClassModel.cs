namespace Viaduct.Generators;

/// <summary>A class whose static methods are carried out in a child process.</summary>
/// <param name="Type">The class in code.</param>
/// <param name="Name">Its full name.</param>
/// <param name="Assembly">The assembly that declares it.</param>
/// <param name="Options">What its attribute says, as the initializers of options.</param>
/// <param name="Contract">Its methods as a service.</param>
/// <param name="Methods">Its methods, in the order of the service's.</param>
internal sealed record IsolatedClassModel(
    string Type, string Name, string Assembly, EquatableArray<string> Options, ServiceModel Contract, EquatableArray<IsolatedMethodModel> Methods)
{
    /// <summary>What calls of the class go to.</summary>
    public string Calls => $"{Contract.Prefix}Calls";
}
