namespace Viaduct.Rpc;

/// <summary>Names a method for the other end, so that it may be renamed here, or tells overloads apart. Defaults to the method's own name.</summary>
/// <param name="name">The name; at least one character, unique in the service.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class WireNameAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}
