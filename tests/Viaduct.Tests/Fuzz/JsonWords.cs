using System.Text;
using System.Text.Json.Nodes;

namespace Viaduct.Tests.Fuzz;

/// <summary>What changes of JSON put in.</summary>
internal static class JsonWords
{
    public static IReadOnlyList<byte[]> All { get; } =
    [
        .. ((string[])[
            "null", "{", "}", "[", "]", ",", ":", "\"", "\\u0000", "\\ud800", "-1", "1e999", "99999999999999999999", "0.5", "true", "[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":{\"a\":{",
            "\"sockets\":null", "\"name\":null", "\"peers\":null", "\"id\":", "\"pattern\":", "\"ProducerConsumer\"", "7", "\"7\"", "\"channel\":null,", "\"schema\":null,", "\"role\":null,",
            "00000000-0000-0000-0000-000000000000", "//", "\uFEFF", "\"$id\":", "\"$type\":",
        ]).Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0xED, 0xA0, 0x80],
    ];

    /// <summary>A document once for each value in it, with null in its place.</summary>
    public static IEnumerable<byte[]> WithNulls(byte[] json)
    {
        for (int index = 0; ; index++)
        {
            JsonNode document = JsonNode.Parse(json)!;
            int left = index;
            if (!SetNull(document, ref left))
            {
                yield break;
            }

            yield return Encoding.UTF8.GetBytes(document.ToJsonString());
        }
    }

    private static bool SetNull(JsonNode? node, ref int left)
    {
        if (node is JsonObject members)
        {
            foreach ((string name, JsonNode? value) in members.ToArray())
            {
                if (left-- == 0)
                {
                    members[name] = null;
                    return true;
                }

                if (SetNull(value, ref left))
                {
                    return true;
                }
            }
        }
        else if (node is JsonArray items)
        {
            for (int i = 0; i < items.Count; i++)
            {
                if (left-- == 0)
                {
                    items[i] = null;
                    return true;
                }

                if (SetNull(items[i], ref left))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
