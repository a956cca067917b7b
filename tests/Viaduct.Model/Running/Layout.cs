using System.Reflection;
using System.Runtime.InteropServices;

namespace Viaduct.Model.Running;

/// <summary>Which ranges the memory of a scenario has, and which process alone writes each.</summary>
internal sealed class Layout
{
    /// <summary>The owner of what every process writes.</summary>
    public const int Everybody = -1;

    private readonly List<(int First, int Count, int Owner, string Name, Type? Page)> _ranges = [];

    /// <summary>Of each word, who writes it: asked for in every execution.</summary>
    private readonly List<int> _owners = [];

    /// <summary>Words of eight bytes in all.</summary>
    public int Words { get; private set; }

    /// <summary>The first word of memory that is private to the process whose threads the model's processes are; -1 where they are none.</summary>
    public int Private { get; private set; } = -1;

    /// <summary>Adds a range; returns the offset of its first byte, a multiple of 64.</summary>
    public int Add(string name, int owner, int bytes, Type? page = null)
    {
        int first = Words;
        int count = ((bytes + 63) & ~63) / sizeof(ulong);
        _ranges.Add((first, count, owner, name, page));
        Words += count;
        _owners.AddRange(Enumerable.Repeat(owner, count));
        return first * sizeof(ulong);
    }

    /// <summary>Adds what is private to one process of several threads.</summary>
    public void AddPrivate(string name, int bytes) => Private = Add(name, Everybody, bytes) / sizeof(ulong);

    /// <summary>Who writes a word.</summary>
    public int Owner(int word) => _owners[word];

    /// <summary>A word in words, such as <c>sender.Signal</c> or <c>ring+32</c>.</summary>
    public string Describe(int word)
    {
        (int first, _, _, string name, Type? page) = Range(word);
        int offset = (word - first) * sizeof(ulong);
        foreach (FieldInfo field in page?.GetFields(BindingFlags.Instance | BindingFlags.Public) ?? [])
        {
            if ((int)Marshal.OffsetOf(page!, field.Name) == offset)
            {
                return $"{name}.{field.Name}";
            }
        }

        return $"{name}+{offset}";
    }

    private (int First, int Count, int Owner, string Name, Type? Page) Range(int word)
    {
        foreach ((int First, int Count, int Owner, string Name, Type? Page) range in _ranges)
        {
            if (word >= range.First && word < range.First + range.Count)
            {
                return range;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(word), word, "No range has that word.");
    }
}
