namespace Viaduct.Messages;

/// <summary>
/// Makes a record, class or struct a message: the source generator writes its codec, channels of it need name none, and it may be a member of other
/// messages. An abstract class or an interface is one, too, if its cases are listed by <see cref="UnionAttribute"/>.
/// </summary>
/// <remarks>
/// <para>
/// Members are the public properties and fields that a constructor's parameters or setters can give back. Each has a number, by which both ends
/// know it: its own by <see cref="IdAttribute"/>, or else its position among the members, from 1, inherited ones first.
/// </para>
/// <para>
/// A member that is added later breaks nothing if it may be absent: a number, a type that may be null, or one with a default. A member that only the
/// other end knows is passed over. See docs/messages.md.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// [Message]
/// public sealed record Order(int Number, string Customer, IReadOnlyList&lt;Line&gt; Lines, string? Note = null);
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, Inherited = false)]
public sealed class MessageAttribute : Attribute
{
    /// <summary>What both ends call the type. Defaults to <see langword="null"/>: its full name, so that moving or renaming it is a break unless this keeps the old one.</summary>
    public string? Name { get; init; }
}
