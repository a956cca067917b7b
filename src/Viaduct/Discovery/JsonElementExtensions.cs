using System.Text.Json;

namespace Viaduct.Discovery;

/// <summary>What the files of a directory hold beside numbers and identities.</summary>
internal static class JsonElementExtensions
{
    /// <summary>A text that is there.</summary>
    /// <exception cref="FormatException">It is null.</exception>
    /// <exception cref="InvalidOperationException">It is no text, or not of valid characters.</exception>
    internal static string GetText(this JsonElement json) => json.GetString() ?? throw new FormatException("A text is null.");

    /// <summary>Which of some names it is. Those of an enumeration are not asked of that, which would read its metadata: each process that begins would wait for it.</summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    /// <exception cref="InvalidOperationException">It is no text, or not of valid characters.</exception>
    internal static int GetIndexIn(this JsonElement json, string[] names)
    {
        string name = json.GetText();
        int index = Array.IndexOf(names, name);
        return index >= 0 ? index : throw new FormatException($"'{name}' is none of {string.Join(", ", names)}.");
    }
}
