using System.Runtime.InteropServices;

namespace Viaduct.Cli.Demo.Work;

/// <summary>
/// Counts the tokens of one text after another. It remembers every token that it has met, so that counting allocates only for new ones.
/// Not thread-safe.
/// </summary>
internal sealed class TokenCounter
{
    private readonly Dictionary<byte[], int> _places = new(TokenComparer.Instance);
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _find;

    /// <summary>The tokens met so far; the value in <see cref="_places"/> is a place here, plus one.</summary>
    private readonly List<byte[]> _tokens = [];

    /// <summary>How often each token stands in the current text.</summary>
    private readonly List<int> _counts = [];

    /// <summary>The places with a count that is not zero.</summary>
    private readonly List<int> _touched = [];

    /// <summary>Makes an empty counter.</summary>
    public TokenCounter()
    {
        _find = _places.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>How many different tokens the current text has.</summary>
    public int Distinct => _touched.Count;

    /// <summary>Forgets the current text and counts another.</summary>
    /// <param name="text">Its bytes.</param>
    public void Count(ReadOnlySpan<byte> text)
    {
        Span<int> counts = CollectionsMarshal.AsSpan(_counts);
        foreach (int place in _touched)
        {
            counts[place] = 0;
        }

        _touched.Clear();
        Tokenizer tokens = new(text);
        while (tokens.MoveNext())
        {
            ref int place = ref CollectionsMarshal.GetValueRefOrAddDefault(_find, tokens.Current, out bool known);
            if (!known)
            {
                _tokens.Add(tokens.Current.ToArray());
                _counts.Add(0);
                place = _tokens.Count;
            }

            if (CollectionsMarshal.AsSpan(_counts)[place - 1]++ == 0)
            {
                _touched.Add(place - 1);
            }
        }
    }

    /// <summary>One of the current text's tokens and how often it stands there.</summary>
    /// <param name="index">From 0 to <see cref="Distinct"/> - 1, in the order of their first places.</param>
    public (byte[] Token, int Count) this[int index] => (_tokens[_touched[index]], _counts[_touched[index]]);
}
