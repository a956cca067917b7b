using System.Text;

namespace Viaduct;

/// <summary>The 64-bit FNV-1a hash (Fowler, Noll, Vo; RFC 9923): the same on every machine and in every version.</summary>
internal static class Fnv1a
{
    private const ulong OffsetBasis = 0xCBF29CE484222325;
    private const ulong Prime = 0x100000001B3;

    /// <summary>The hash of the UTF-8 bytes of <paramref name="text"/>.</summary>
    internal static ulong Hash(string text) => Hash(Encoding.UTF8.GetBytes(text));

    /// <summary>The hash of <paramref name="bytes"/>.</summary>
    internal static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = OffsetBasis;
        foreach (byte value in bytes)
        {
            hash = (hash ^ value) * Prime;
        }

        return hash;
    }
}
