namespace Viaduct.Messages;

/// <summary>One case of an abstract class or interface that is a <see cref="MessageAttribute"/>.</summary>
/// <param name="id">The case's number, 1 to 65535. Never use that of a removed case again.</param>
/// <param name="type">The case: a message that derives from the type or implements it, and isn't abstract.</param>
/// <example>
/// <code>
/// [Message]
/// [Union(1, typeof(Circle))]
/// [Union(2, typeof(Square))]
/// public abstract record Shape;
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface, AllowMultiple = true, Inherited = false)]
public sealed class UnionAttribute(int id, Type type) : Attribute
{
    /// <summary>The case's number.</summary>
    public int Id { get; } = id;

    /// <summary>The case.</summary>
    public Type Type { get; } = type;
}
