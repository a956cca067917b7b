namespace Viaduct.Tests.Support;

/// <summary>A message that only a codec can carry.</summary>
public sealed record Note(long Id, string Text, int[] Numbers)
{
    public static Note Of(long id) => new(id, $"note {id} – ü", [(int)id, 2, 3]);

    public bool Equals(Note? other) => other is not null && Id == other.Id && Text == other.Text && Numbers.AsSpan().SequenceEqual(other.Numbers);

    public override int GetHashCode() => HashCode.Combine(Id, Text);
}
