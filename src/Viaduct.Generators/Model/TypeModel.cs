namespace Viaduct.Generators;

/// <summary>A type that can be written.</summary>
/// <param name="Name">Its name in code, with all that is needed to find it.</param>
/// <param name="Codec">The expression of its codec.</param>
/// <param name="Kind">The number of its wire kind, or -1 where only the codec knows.</param>
/// <param name="Presence">What it is where it isn't there.</param>
/// <param name="IsReference">Whether it is a reference that is never null.</param>
/// <param name="Inline">The name of the writer's and the reader's method for it, or empty.</param>
/// <param name="Read">The name of the reader's method, which is of the exact type.</param>
/// <param name="Cast">What it is cast to before it is written and from after it is read, or empty.</param>
internal sealed record TypeModel(
    string Name, string Codec, int Kind, Presence Presence, bool IsReference, string Inline = "", string Read = "", string Cast = "")
{
    /// <summary>Whether its codec is one of the library's own, so that it needs no place of its own.</summary>
    public bool HasSimpleCodec => !Codec.Contains('(');

    /// <summary>Whether a value of it can be null in code while it is read.</summary>
    public bool IsNullWhileRead => IsReference || Presence == Presence.Null;

    /// <summary>The type that may be null.</summary>
    public string NullableName => Name.EndsWith("?", StringComparison.Ordinal) ? Name : Name + "?";
}
