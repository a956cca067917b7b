using System.Runtime.InteropServices;
using Viaduct.Supervision;

namespace Viaduct.NativeProgram;

[Isolated]
internal static partial class Libc
{
    [LibraryImport("libc", EntryPoint = "strlen")]
    internal static partial nint LengthAt(nint address);

    [LibraryImport("libc", EntryPoint = "strlen", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint LengthOf(string text);

    internal static int ProcessId() => Environment.ProcessId;
}
