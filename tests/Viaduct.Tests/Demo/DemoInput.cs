using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Viaduct.Tests.Demo;

/// <summary>An input for the demo, and its result computed here in another way: the digest as docs/demo.md defines it.</summary>
internal static class DemoInput
{
    /// <summary>Writes a folder of texts and binary files, small and large, and one empty file.</summary>
    internal static string Write(string folder, int files)
    {
        string input = Path.Combine(folder, "input");
        Random random = new(7);
        for (int i = 0; i < files; i++)
        {
            string directory = Path.Combine(input, (i % 5).ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(directory);
            byte[] content = new byte[i % 7 == 0 ? 150_000 : random.Next(1, 9000)];
            random.NextBytes(content);
            File.WriteAllBytes(Path.Combine(directory, $"{i:D5}.bin"), content);
            IEnumerable<string> lines = Enumerable.Range(0, i % 11 == 0 ? 4000 : 50).Select(_ => $"Wörter {random.Next(500)}, <tag_{i % 3}> {random.Next(20)}.");
            File.WriteAllText(Path.Combine(directory, $"{i:D5}.txt"), string.Join('\n', lines));
        }

        File.WriteAllBytes(Path.Combine(input, "empty"), []);
        return input;
    }

    /// <summary>The number of events and the digest of a folder.</summary>
    internal static (long Events, string Digest) Expect(string folder)
    {
        IEnumerable<string> files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        return Digest(files.SelectMany(file => Cut(File.ReadAllBytes(file))));
    }

    /// <summary>The number of events and the digest of lines.</summary>
    internal static (long Events, string Digest) ExpectLines(IEnumerable<string> lines)
    {
        return Digest(lines.Select(line => (Encoding.UTF8.GetBytes(line), true)));
    }

    private static IEnumerable<(byte[] Content, bool IsText)> Cut(byte[] file)
    {
        const int Largest = 64 * 1024;
        bool text = !file.Take(4096).Contains((byte)0);
        int start = 0;
        do
        {
            int end = Math.Min(start + Largest, file.Length);
            int lineEnd = text && end < file.Length ? Array.LastIndexOf(file, (byte)'\n', end - 1, end - start) + 1 : end;
            end = lineEnd > start ? lineEnd : end;
            yield return (file[start..end], text);
            start = end;
        }
        while (start < file.Length);
    }

    private static (long Events, string Digest) Digest(IEnumerable<(byte[] Content, bool IsText)> events)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Dictionary<string, long> counts = [];
        long id = 0;
        foreach ((byte[] content, bool text) in events)
        {
            Append(hash, id++, sizeof(long));
            hash.AppendData(SHA256.HashData(content));
            foreach (string token in text ? Tokens(content) : [])
            {
                counts[token] = counts.GetValueOrDefault(token) + 1;
            }
        }

        // Latin-1 keeps each byte as a character, so ordinal order of these strings is that of the bytes.
        foreach ((string token, long count) in counts.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Append(hash, token.Length, sizeof(int));
            hash.AppendData(Encoding.Latin1.GetBytes(token));
            Append(hash, count, sizeof(long));
        }

        return (id, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static IEnumerable<string> Tokens(byte[] content)
    {
        StringBuilder token = new();
        foreach (byte value in content)
        {
            if (value >= 128 || value == '_' || char.IsAsciiLetterOrDigit((char)value))
            {
                token.Append((char)value);
            }
            else if (token.Length > 0)
            {
                yield return token.ToString();
                token.Clear();
            }
        }

        if (token.Length > 0)
        {
            yield return token.ToString();
        }
    }

    private static void Append(IncrementalHash hash, long value, int size)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        hash.AppendData(bytes, 0, size);
    }
}
