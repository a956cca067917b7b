namespace Viaduct.Generators;

/// <summary>Writes the code that writes and reads fields: of messages, of arguments and of results.</summary>
internal static class Fields
{
    private const int KindBits = 3;

    /// <summary>The statement that writes a field.</summary>
    internal static string Write(FieldModel field, string value, string codec, string owner)
    {
        TypeModel type = field.Type;
        string given = type.IsReference ? $"GeneratedCode.Required({value}, {Code.Literal($"{owner}.{field.Name}")})" : value;
        return type.Inline.Length > 0
            ? $"writer.Write{type.Inline}({field.Id}, {Cast(type.Cast, given)});"
            : $"writer.Write({field.Id}, {given}, {codec});";
    }

    /// <summary>The declarations of the variables that a field is read into.</summary>
    internal static IEnumerable<string> Declare(FieldModel field)
    {
        yield return field.Type.IsNullWhileRead
            ? $"{field.Type.NullableName} {field.Local} = null;"
            : $"{field.Type.Name} {field.Local} = default!;";
        if (NeedsMark(field))
        {
            yield return $"bool has{field.Id} = false;";
        }
    }

    /// <summary>The label of a field in a switch over tags.</summary>
    internal static string Label(FieldModel field, string codec) => field.Type.Kind == WireKinds.OfCodec
        ? $"case uint other{field.Id} when other{field.Id} == ({field.Id}u << {KindBits} | (uint){codec}.Kind):"
        : $"case {(field.Id << KindBits) | field.Type.Kind}: // {field.Id}";

    /// <summary>The statements that read a field.</summary>
    internal static string[] Read(FieldModel field, string codec)
    {
        TypeModel type = field.Type;
        string value = type.Read.Length > 0 ? Cast(type.Cast.Length > 0 ? type.Name : "", $"reader.Read{type.Read}()") : $"{codec}.ReadValue(ref reader)";
        return NeedsMark(field) ? [$"{field.Local} = {value};", $"has{field.Id} = true;"] : [$"{field.Local} = {value};"];
    }

    /// <summary>What a field is after all were read.</summary>
    internal static string Result(FieldModel field, string codec, string owner)
    {
        string name = Code.Literal($"{owner}.{field.Name}");
        TypeModel type = field.Type;
        string absent = field.Default.Length > 0 ? field.Default : type.Presence switch
        {
            Presence.Required => $"GeneratedCode.Missing<{type.Name}>({name})",
            Presence.Codec => $"{codec}.Absent({name})",
            _ => "",
        };
        return absent.Length == 0 ? field.Local : NeedsMark(field) ? $"has{field.Id} ? {field.Local} : {absent}" : $"{field.Local} ?? {absent}";
    }

    /// <summary>Whether a field that is there can't be told from one that isn't by its value.</summary>
    internal static bool NeedsMark(FieldModel field) => !field.Type.IsNullWhileRead && field.Type.Presence is Presence.Codec or Presence.Required && !field.Type.IsReference;

    /// <summary>Whether a tag's number is one of those.</summary>
    internal static string IsKnown(IEnumerable<int> ids)
    {
        string pattern = string.Join(" or ", ids.OrderBy(static id => id));
        return pattern.Length == 0 ? "false" : $"tag >> {KindBits} is {pattern}";
    }

    private static string Cast(string type, string value) => type.Length == 0 ? value : $"({type}){value}";
}
