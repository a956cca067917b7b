using System.Runtime.InteropServices;
using System.Text;

namespace Viaduct.Supervision;

/// <summary>An array of C strings that ends with a null, in memory that does not move, as <c>argv</c> and <c>envp</c> are.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private byte** _pointers;

    /// <summary>Copies the strings as UTF-8.</summary>
    /// <exception cref="ArgumentException">One has a zero character, which no C string can hold.</exception>
    internal NativeStrings(IReadOnlyCollection<string> strings, string what)
    {
        long bytes = 0;
        foreach (string text in strings)
        {
            if (text is null || text.Contains('\0', StringComparison.Ordinal))
            {
                throw new ArgumentException($"{what} '{text?.Replace('\0', '?') ?? "null"}' is null or has a zero character in it.");
            }

            bytes += Encoding.UTF8.GetByteCount(text) + 1;
        }

        nuint head = (nuint)((strings.Count + 1) * sizeof(byte*));
        _pointers = (byte**)NativeMemory.AllocZeroed(head + (nuint)bytes);
        byte* next = (byte*)_pointers + head;
        int index = 0;
        foreach (string text in strings)
        {
            _pointers[index++] = next;
            next += Encoding.UTF8.GetBytes(text, new Span<byte>(next, Encoding.UTF8.GetByteCount(text))) + 1;
        }
    }

    /// <summary>The array.</summary>
    internal byte** Pointers => _pointers;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_pointers);
        _pointers = null;
    }
}
