namespace Viaduct.Messages;

/// <summary>A member of an enumeration.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, in decimal digits.</param>
public sealed record SchemaEnumMember(string Name, string Value);
