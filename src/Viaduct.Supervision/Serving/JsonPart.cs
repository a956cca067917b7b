using System.Text.Json;

namespace Viaduct.Supervision;

/// <summary>A value of a description file, with where it stands. Immutable.</summary>
/// <param name="Kind">Which kind of value.</param>
/// <param name="Line">The line on which it begins, from 1.</param>
/// <param name="Path">The names that lead to it, such as <c>services.clock.restart</c>; empty for the whole file.</param>
internal sealed record JsonPart(JsonValueKind Kind, int Line, string Path)
{
    /// <summary>The text of a text, the digits of a number.</summary>
    public string Text { get; init; } = "";

    /// <summary>The members of an object, in their order.</summary>
    public IReadOnlyList<(string Name, JsonPart Value)> Members { get; init; } = [];

    /// <summary>The items of an array.</summary>
    public IReadOnlyList<JsonPart> Items { get; init; } = [];

    /// <summary>The value as it stands, without blanks: two that say the same are the same.</summary>
    public override string ToString() => Kind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', Members.Select(static member => $"\"{JsonEncodedText.Encode(member.Name)}\":{member.Value}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', Items)}]",
        JsonValueKind.String => $"\"{JsonEncodedText.Encode(Text)}\"",
        JsonValueKind.Number => Text,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };
}
