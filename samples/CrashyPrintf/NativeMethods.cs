using System.Runtime.InteropServices;
using Viaduct.Supervision;

namespace CrashyPrintf;

/// <summary>A class as programs have it. The attribute alone takes its calls out of the process.</summary>
[Isolated(Idempotent = true, MaxAttempts = 10)]
internal static partial class NativeMethods
{
    internal static int Format(Span<byte> buffer, string format, int value) =>
        Print(Random.Shared.Next(40) == 0 ? default : buffer, (nuint)buffer.Length, format, value);

    /// <summary>Of an empty span it is handed null, but not the size 0: it then writes where nothing is.</summary>
    [LibraryImport("libc", EntryPoint = "snprintf", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Print(Span<byte> buffer, nuint size, string format, int value);
}
