namespace Viaduct.Benchmarks.Systems;

/// <summary>How many messages may be on their way: the same for Viaduct, its peers and the limit program (stream.c).</summary>
internal static class Depth
{
    private const int Most = 1024;
    private const int Least = 4;
    private const int Bytes = 1 << 20;

    /// <summary>1,024 messages, at most 1 MiB of them, at least four.</summary>
    public static int For(int size) => Math.Clamp(Bytes / size, Least, Most);
}
