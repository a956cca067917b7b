using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Viaduct.Tests.Packaging;

namespace Viaduct.Tests.Fuzz;

/// <summary>The inputs that are kept: a file for each decoder, an input a line, as a text in quotes or else in hex.</summary>
internal static class Corpus
{
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A decoder's inputs.</summary>
    public static IEnumerable<byte[]> Of(FuzzTarget target) =>
        File.ReadLines(PathOf(target)).Where(static line => line.Length > 0 && line[0] != '#').Select(Parse);

    /// <summary>Adds inputs to the file in the source tree.</summary>
    public static void Add(FuzzTarget target, IEnumerable<byte[]> inputs) => File.AppendAllLines(PathOf(target), inputs.Select(Line));

    /// <summary>An input as a line.</summary>
    public static string Line(byte[] input)
    {
        string text = Encoding.UTF8.GetString(input);
        return input.Length > 0 && Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(input) && text.Count(char.IsControl) * 4 <= text.Length
            ? JsonSerializer.Serialize(text, s_readable)
            : input.Length == 0 ? "\"\"" : Convert.ToHexStringLower(input);
    }

    private static byte[] Parse(string line) =>
        line[0] == '"' ? Encoding.UTF8.GetBytes(JsonSerializer.Deserialize<string>(line)!) : Convert.FromHexString(line);

    private static string PathOf(FuzzTarget target) => Path.Combine(Repository.Root, "tests", "Viaduct.Tests", "Fuzz", "corpus", $"{target.Name}.txt");
}
