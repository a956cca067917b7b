namespace Viaduct.Messages;

/// <summary>The number by which both ends know a member of a message, or a parameter of a service's method.</summary>
/// <param name="id">The number, 1 to 65535; those up to 15 take one byte less. Never use that of a removed member again.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter)]
public sealed class IdAttribute(int id) : Attribute
{
    /// <summary>The number.</summary>
    public int Id { get; } = id;
}
