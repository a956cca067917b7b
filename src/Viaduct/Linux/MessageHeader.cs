using System.Runtime.InteropServices;

namespace Viaduct.Linux;

/// <summary>The kernel's <c>struct msghdr</c> on 64-bit processors.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    internal void* Name;
    internal nuint NameLength;
    internal IoVector* Vectors;
    internal nuint VectorCount;
    internal void* Control;
    internal nuint ControlLength;
    internal int Flags;
}
