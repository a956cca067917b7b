using System.Text;

namespace Viaduct.Linux;

/// <summary>The kernel's <c>struct sockaddr_un</c> of a path.</summary>
internal readonly unsafe ref struct UnixAddress
{
    /// <summary>The longest path, in bytes of UTF-8: 108 with the zero that ends it.</summary>
    internal const int MaxPath = 107;

    private readonly Span<byte> _bytes;

    /// <summary>Fills <paramref name="storage"/> (at least <see cref="Size"/> bytes) with the address of a path.</summary>
    /// <exception cref="ArgumentException">The path is too long, empty, or has a zero in it.</exception>
    internal UnixAddress(string path, Span<byte> storage)
    {
        CheckPath(path);
        _bytes = storage[..Size];
        _bytes.Clear();
        _bytes[0] = Libc.AF_UNIX;
        Encoding.UTF8.GetBytes(path, _bytes[2..]);
    }

    /// <summary>The bytes of an address.</summary>
    internal static int Size => 2 + MaxPath + 1;

    /// <summary>Refuses a path that no Unix socket can have.</summary>
    /// <exception cref="ArgumentException">The path is too long, empty, or has a zero in it.</exception>
    internal static void CheckPath(string path)
    {
        int length = Encoding.UTF8.GetByteCount(path);
        if (length is 0 or > MaxPath)
        {
            throw new ArgumentException(
                $"The path of a Unix socket has at most {MaxPath} bytes; '{path}' has {length}. Choose a shorter NodeOptions.RuntimeDirectory or Domain.",
                nameof(path));
        }

        if (path.Contains('\0'))
        {
            throw new ArgumentException("The path of a Unix socket has no zero bytes.", nameof(path));
        }
    }
}
