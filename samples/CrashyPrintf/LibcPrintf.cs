using System.Runtime.InteropServices;
using Viaduct;

namespace CrashyPrintf;

/// <summary>The real one, which dies of one call in forty: it then writes where nothing is.</summary>
public sealed partial class LibcPrintf : IPrintf
{
    public unsafe int Format(Span<byte> buffer, string format, int value)
    {
        fixed (byte* start = buffer)
        {
            byte* target = Random.Shared.Next(40) == 0 ? (byte*)1 : start;
            return Print(target, (nuint)buffer.Length, format, value);
        }
    }

    // The same, with the result in memory that the caller reads where it was written.
    public int FormatBlob(Blob buffer, string format, int value) => Format(buffer.Span, format, value);

    [LibraryImport("libc", EntryPoint = "snprintf", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Print(byte* buffer, nuint size, string format, int value);
}
