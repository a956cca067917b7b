using System.Buffers;

namespace Viaduct.Cli.Demo.Work;

/// <summary>
/// Cuts bytes into tokens: the longest runs of ASCII letters, digits and underscores and of bytes of 0x80 and above, which in UTF-8 are the
/// other letters. Case counts.
/// </summary>
internal ref struct Tokenizer
{
    private static readonly SearchValues<byte> s_inToken = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Where(IsInToken).Select(value => (byte)value)]);

    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts at the beginning.</summary>
    /// <param name="text">The bytes.</param>
    public Tokenizer(ReadOnlySpan<byte> text)
    {
        _rest = text;
        Current = default;
    }

    /// <summary>The token that <see cref="MoveNext"/> found.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Finds the next token.</summary>
    /// <returns>False if there is none.</returns>
    public bool MoveNext()
    {
        int start = _rest.IndexOfAny(s_inToken);
        if (start < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> found = _rest[start..];
        int length = found.IndexOfAnyExcept(s_inToken);
        length = length < 0 ? found.Length : length;
        Current = found[..length];
        _rest = found[length..];
        return true;
    }

    private static bool IsInToken(int value)
    {
        return value >= 0x80 || value == '_' || char.IsAsciiLetterOrDigit((char)value);
    }
}
