namespace Viaduct.Generators;

/// <summary>A service.</summary>
/// <param name="Prefix">How the names of what is generated for it begin.</param>
/// <param name="Type">The interface in code.</param>
/// <param name="WireName">Its name at both ends.</param>
/// <param name="Methods">Its methods, inherited ones too.</param>
/// <param name="Services">What describes the services of this project that its methods take or return.</param>
internal sealed record ServiceModel(string Prefix, string Type, string WireName, EquatableArray<MethodModel> Methods, EquatableArray<string> Services)
{
    /// <summary>Where the file goes.</summary>
    public string FileName => $"{Prefix}Contract.g.cs";
}
