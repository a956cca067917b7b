using System.Security.Cryptography;
using System.Text;

namespace Viaduct.Discovery;

/// <summary>The names of files and directories in a domain's directory.</summary>
internal static class EntryName
{
    /// <summary>The end of a role file's name.</summary>
    internal const string RoleSuffix = ".role";

    /// <summary>The longest encoded name; file systems take 255, and some endings are added.</summary>
    private const int MaxEncoded = 200;

    private const int GuidLength = 32;

    /// <summary>A node's or socket's identity as 32 hexadecimal digits.</summary>
    internal static string Of(Guid id) => id.ToString("N");

    /// <summary>A registration's name.</summary>
    internal static string Of(Guid socketId, Guid nodeId) => $"{Of(socketId)}.{Of(nodeId)}";

    /// <summary>
    /// A name of a user's as a name of a file: letters, digits, '-', '_' and inner dots as they are, all else as %XX of its UTF-8. One that
    /// would be too long is cut and ends in '~' (which no other has) and its SHA-256.
    /// </summary>
    internal static string Encode(string name)
    {
        StringBuilder encoded = new(name.Length + 8);
        foreach (byte unit in Encoding.UTF8.GetBytes(name))
        {
            char letter = (char)unit;
            if (char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' || (letter == '.' && encoded.Length > 0))
            {
                encoded.Append(letter);
            }
            else
            {
                encoded.Append('%').Append(unit.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return encoded.Length <= MaxEncoded
            ? encoded.ToString()
            : $"{encoded.ToString(0, 120)}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))}";
    }

    /// <summary>The node that a name in the nodes' directory belongs to: its life file, its socket, or either's temporary name.</summary>
    internal static bool TryReadNode(ReadOnlySpan<char> name, out Guid nodeId)
    {
        nodeId = default;
        ReadOnlySpan<char> rest = name is ['.', ..] ? name[1..] : name;
        return rest.Length >= GuidLength && Guid.TryParseExact(rest[..GuidLength], "N", out nodeId);
    }

    /// <summary>The socket and node of a registration's name, or of its temporary name.</summary>
    internal static bool TryReadRegistration(ReadOnlySpan<char> name, out Guid socketId, out Guid nodeId)
    {
        socketId = nodeId = default;
        ReadOnlySpan<char> rest = name is ['.', ..] ? name[1..] : name;
        return rest.Length == (2 * GuidLength) + 1
            && rest[GuidLength] == '.'
            && Guid.TryParseExact(rest[..GuidLength], "N", out socketId)
            && Guid.TryParseExact(rest[(GuidLength + 1)..], "N", out nodeId);
    }
}
