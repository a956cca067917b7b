using System.Text.Json;

namespace Viaduct.Discovery;

/// <summary>What the files of a directory hold beside numbers and identities.</summary>
internal static class JsonElementExtensions
{
    /// <summary>A text that is there.</summary>
    /// <exception cref="FormatException">It is null.</exception>
    /// <exception cref="InvalidOperationException">It is no text, or not of valid characters.</exception>
    internal static string GetText(this JsonElement json) => json.GetString() ?? throw new FormatException("A text is null.");

    /// <summary>One of the names of an enumeration.</summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    /// <exception cref="InvalidOperationException">It is no text, or not of valid characters.</exception>
    internal static TEnum GetEnum<TEnum>(this JsonElement json)
        where TEnum : struct, Enum
    {
        string name = json.GetText();
        return Enum.TryParse(typeof(TEnum), name, out object? value) && value.ToString() == name
            ? (TEnum)value
            : throw new FormatException($"'{name}' is no {typeof(TEnum).Name}.");
    }
}
