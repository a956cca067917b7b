namespace Viaduct.Messages;

/// <summary>Leaves a property or field out of the message: it isn't sent, and has its default where the message is read.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class IgnoreAttribute : Attribute;
