using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Viaduct.Cli.Pipes;

namespace Viaduct.Cli.Output;

/// <summary>Writes a value as JSON and a line feed to standard output.</summary>
internal static class JsonOutput
{
    /// <summary>Writes one value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="type">How it is written.</param>
    public static void Write<T>(T value, JsonTypeInfo<T> type)
    {
        using StandardOutput output = new();
        using (Utf8JsonWriter writer = new(output.Writer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        Encoding.UTF8.GetBytes("\n", output.Writer);
        output.Flush();
    }
}
