using System.Collections.Immutable;
using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

/// <summary>Lists, sets and dictionaries of every kind.</summary>
[Message]
public sealed class Lists
{
    public int[] Array { get; set; } = [];

    public double[] Doubles { get; set; } = [];

    public List<string> List { get; set; } = [];

    public IList<long> IList { get; set; } = [];

    public ICollection<Color> ICollection { get; set; } = [];

    public IReadOnlyList<Point> IReadOnlyList { get; set; } = [];

    public IReadOnlyCollection<bool> IReadOnlyCollection { get; set; } = [];

    public IEnumerable<float> IEnumerable { get; set; } = [];

    public ImmutableArray<Guid> ImmutableArray { get; set; } = [];

    public HashSet<string> HashSet { get; set; } = [];

    public ISet<int> ISet { get; set; } = new HashSet<int>();

    public IReadOnlySet<char> IReadOnlySet { get; set; } = new HashSet<char>();

    public Dictionary<string, int> Dictionary { get; set; } = [];

    public IDictionary<int, string?> IDictionary { get; set; } = new Dictionary<int, string?>();

    public IReadOnlyDictionary<Guid, Line> IReadOnlyDictionary { get; set; } = new Dictionary<Guid, Line>();

    public List<string?> MaybeStrings { get; set; } = [];

    public int?[] MaybeNumbers { get; set; } = [];

    public List<List<int[]>> Nested { get; set; } = [];

    public byte[] Bytes { get; set; } = [];

    public ReadOnlyMemory<byte> ReadOnlyMemory { get; set; }

    public Memory<byte> Memory { get; set; }

    public (int Number, string Text, (bool, Point)[] Pairs) Tuple { get; set; } = (0, "", []);

    public Line?[]? MaybeLines { get; set; }
}
