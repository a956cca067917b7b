namespace Viaduct.Model.Exploring;

/// <summary>Compares arrays of words by what is in them.</summary>
internal sealed class Words : IEqualityComparer<ulong[]>
{
    public bool Equals(ulong[]? x, ulong[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(ulong[] obj)
    {
        HashCode hash = default;
        hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(obj.AsSpan()));
        return hash.ToHashCode();
    }
}
