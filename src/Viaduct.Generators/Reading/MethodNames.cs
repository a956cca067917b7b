namespace Viaduct.Generators;

/// <summary>What a method of a service is called.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Owner">The interface that declares it, in code.</param>
/// <param name="OnTheWire">Its name at both ends.</param>
/// <param name="Unique">Its name in generated code.</param>
internal sealed record MethodNames(string Name, string Owner, string OnTheWire, string Unique);
