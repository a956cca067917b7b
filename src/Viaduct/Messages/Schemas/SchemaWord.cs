namespace Viaduct.Messages;

/// <summary>What a declaration of a <see cref="SchemaText"/> declares.</summary>
public enum SchemaWord
{
    /// <summary>A message that may be null or derived from: a class.</summary>
    Message,

    /// <summary>A message that is always there: a struct.</summary>
    Struct,

    /// <summary>A choice of messages.</summary>
    Union,

    /// <summary>One value that is a whole message.</summary>
    Value,

    /// <summary>An enumeration.</summary>
    Enum,

    /// <summary>A service.</summary>
    Service,
}
