namespace Viaduct;

/// <summary>The rule for channel names. Names become directory names and frame fields, so that what is allowed is narrow.</summary>
internal static class ChannelName
{
    /// <summary>The longest name, in characters (and, as they are ASCII, bytes).</summary>
    internal const int MaxLength = 128;

    private const string Rule =
        "The name of a channel or service has 1 to 128 characters, each an ASCII letter, a digit, '.', '_', '-' or '/'; "
        + "it has no '/' at its start, at its end or next to another, and no part between slashes starts with '.'.";

    /// <summary>Whether <paramref name="name"/> keeps the rule.</summary>
    internal static bool IsValid(ReadOnlySpan<char> name) => Fault(name) is null;

    /// <summary>Returns <paramref name="name"/> if it keeps the rule.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException">It does not; the message says what is wrong and what is allowed.</exception>
    internal static string Checked(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Fault(name) is { } fault ? throw new ArgumentException($"{fault} {Rule}", nameof(name)) : name;
    }

    private static string? Fault(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty)
        {
            return "The name is empty.";
        }

        if (name.Length > MaxLength)
        {
            return $"The name has {name.Length} characters.";
        }

        // Character by character: a process that begins has no searching code ready for sets of them.
        for (int i = 0; i < name.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(name[i]) && name[i] is not ('.' or '_' or '-' or '/'))
            {
                return $"The name '{Printable(name)}' has U+{(int)name[i]:X4} at position {i}.";
            }
        }

        int start = 0;
        for (int end = 0; end <= name.Length; end++)
        {
            if (end < name.Length && name[end] != '/')
            {
                continue;
            }

            ReadOnlySpan<char> part = name[start..end];
            if (part.IsEmpty)
            {
                return $"The name '{name}' has a '/' with nothing on one side of it.";
            }

            if (part[0] == '.')
            {
                return $"The name '{name}' has the part '{part}'.";
            }

            start = end + 1;
        }

        return null;
    }

    private static string Printable(ReadOnlySpan<char> name) =>
        string.Create(name.Length, name, static (output, input) =>
        {
            for (int i = 0; i < output.Length; i++)
            {
                output[i] = input[i] is >= ' ' and < (char)0x7F ? input[i] : '?';
            }
        });
}
