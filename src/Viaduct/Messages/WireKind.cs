using System.Diagnostics.CodeAnalysis;

namespace Viaduct.Messages;

/// <summary>How a value lies on the wire: enough to pass over it without knowing what it is. See docs/wire-format.md.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The name of what lies on the wire.")]
public enum WireKind
{
    /// <summary>An integer of one to ten bytes.</summary>
    Varint = 0,

    /// <summary>Eight bytes, the lowest first.</summary>
    Fixed64 = 1,

    /// <summary>A length and so many bytes.</summary>
    Bytes = 2,

    /// <summary>Fields with their tags, ended by a tag 0.</summary>
    Object = 3,

    /// <summary>A count, the kind of all elements, and the elements.</summary>
    List = 4,

    /// <summary>Four bytes, the lowest first.</summary>
    Fixed32 = 5,
}
