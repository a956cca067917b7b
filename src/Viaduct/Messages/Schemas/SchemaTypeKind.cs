namespace Viaduct.Messages;

/// <summary>How a type of a <see cref="SchemaText"/> is made.</summary>
public enum SchemaTypeKind
{
    /// <summary>A word of the schema's own, such as <c>i32</c>, or the name of a declaration.</summary>
    Named,

    /// <summary><c>[T]</c>: a list of its one argument.</summary>
    List,

    /// <summary><c>{K:V}</c>: a dictionary.</summary>
    Map,

    /// <summary><c>(A, B)</c>: a tuple.</summary>
    Tuple,

    /// <summary><c>stream T</c>: items one after the other.</summary>
    Stream,

    /// <summary><c>service N</c>: an object that stays where it is.</summary>
    Service,
}
