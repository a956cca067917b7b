namespace Viaduct.Supervision;

/// <summary>Something that is wrong in a description file.</summary>
/// <param name="Line">The line, from 1; 0 where it is the whole file.</param>
/// <param name="Property">The names that lead to it; may be empty.</param>
/// <param name="Text">What is wrong, and what would be right.</param>
internal sealed record DescriptionError(int Line, string Property, string Text)
{
    /// <summary>The error with its place, as compilers write them.</summary>
    public string In(string file) => $"{file}{(Line > 0 ? $":{Line}" : "")}: {(Property.Length > 0 ? $"{Property}: " : "")}{Text}";
}
