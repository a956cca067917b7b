using System.Runtime.InteropServices;

namespace Viaduct.Cli.Demo.Work;

/// <summary>Compares tokens by their bytes, and lets a table of stored tokens be asked with a piece of a message. Thread-safe.</summary>
internal sealed class TokenComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    /// <summary>The only one needed.</summary>
    public static readonly TokenComparer Instance = new();

    /// <inheritdoc/>
    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    /// <inheritdoc/>
    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    /// <inheritdoc/>
    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    /// <inheritdoc/>
    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    /// <inheritdoc/>
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        // Multiply and rotate over eight bytes at a time; tokens are short and trusted, so nothing stronger is needed.
        const ulong Factor = 0x9E3779B97F4A7C15;
        ulong hash = (ulong)alternate.Length * Factor;
        while (alternate.Length >= sizeof(ulong))
        {
            hash = ulong.RotateLeft((hash ^ MemoryMarshal.Read<ulong>(alternate)) * Factor, 31);
            alternate = alternate[sizeof(ulong)..];
        }

        foreach (byte value in alternate)
        {
            hash = ulong.RotateLeft((hash ^ value) * Factor, 31);
        }

        return (int)(hash ^ (hash >> 32));
    }
}
