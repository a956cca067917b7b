using System.Runtime.InteropServices;

namespace Viaduct.Supervision;

/// <summary>A seccomp program (seccomp(2)): classic BPF over a call's number and arguments, in memory that does not move.</summary>
/// <remarks>
/// It denies groups of calls and allows the rest, since a runtime's own needs change with each version; but calls that are newer than this library
/// do not exist for the child, so that a new kernel opens no new way out.
/// </remarks>
internal sealed unsafe class SeccompFilter : IDisposable
{
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfGreater = 0x25;
    private const ushort JumpIfAny = 0x45;
    private const ushort Return = 0x06;

    private const uint KillProcess = 0x80000000;
    private const uint Ask = 0x7fc00000;
    private const uint Allow = 0x7fff0000;
    private const uint FailWith = 0x00050000;
    private const uint EPERM = 1;
    private const uint ENOSYS = 38;

    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;
    private const uint ArgumentsOffset = 16;

    private const uint X64 = 0xC000003E;
    private const uint Arm64 = 0xC00000B7;
    private const uint CLONE_THREAD = 0x00010000;
    private const uint TIOCSTI = 0x5412;

    /// <summary>AF_UNIX, AF_INET, AF_INET6, AF_NETLINK.</summary>
    private static readonly uint[] s_usualFamilies = [1, 2, 10, 16];

    private readonly Instruction* _code;
    private readonly Header* _header;

    /// <summary>Writes the program.</summary>
    /// <param name="denied">The groups that are denied.</param>
    /// <param name="asks">Whether who watches the filter decides on starts of processes and programs; otherwise these are allowed.</param>
    internal SeccompFilter(DeniedCalls denied, bool asks)
    {
        List<Instruction> code = [];
        bool isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

        // Numbers mean something else to another processor's calls: 32-bit programs, and what calls as they do, end here.
        code.Add(new(LoadWord, 0, 0, ArchitectureOffset));
        code.Add(new(JumpIfEqual, 1, 0, isArm ? Arm64 : X64));
        code.Add(new(Return, 0, 0, KillProcess));

        // Those of the x32 variant are above all others too.
        code.Add(new(LoadWord, 0, 0, NumberOffset));
        When(code, JumpIfGreater, CallNumbers.Newest, [new(Return, 0, 0, FailWith | ENOSYS)]);
        foreach (int number in CallNumbers.Of(denied))
        {
            When(code, JumpIfEqual, (uint)number, [new(Return, 0, 0, FailWith | EPERM)]);
        }

        if (denied.HasFlag(DeniedCalls.Processes) && asks)
        {
            foreach (int number in CallNumbers.OfProcesses)
            {
                When(code, JumpIfEqual, (uint)number, [new(Return, 0, 0, Ask)]);
            }

            // The arguments of clone3 lie in memory, which a filter can't read: without it, C libraries take clone.
            When(code, JumpIfEqual, (uint)CallNumbers.Clone3, [new(Return, 0, 0, FailWith | ENOSYS)]);
            WhenArgument(code, CallNumbers.Clone, 0, [new(JumpIfAny, 0, 1, CLONE_THREAD), new(Return, 0, 0, Allow), new(Return, 0, 0, Ask)]);
        }

        if (denied.HasFlag(DeniedCalls.UnusualSockets))
        {
            byte left = (byte)s_usualFamilies.Length;
            WhenArgument(
                code,
                CallNumbers.Socket,
                0,
                [.. s_usualFamilies.Select(family => new Instruction(JumpIfEqual, left--, 0, family)), new(Return, 0, 0, FailWith | EPERM), new(Return, 0, 0, Allow)]);
        }

        if (denied.HasFlag(DeniedCalls.OtherProcesses))
        {
            // Limits of others; one's own are process 0.
            WhenArgument(code, CallNumbers.SetLimits, 0, [new(JumpIfEqual, 0, 1, 0), new(Return, 0, 0, Allow), new(Return, 0, 0, FailWith | EPERM)]);
        }

        if (denied.HasFlag(DeniedCalls.Kernel))
        {
            // Typing into the terminal that it inherited.
            WhenArgument(code, CallNumbers.Ioctl, 1, [new(JumpIfEqual, 0, 1, TIOCSTI), new(Return, 0, 0, FailWith | EPERM), new(Return, 0, 0, Allow)]);
        }

        code.Add(new(Return, 0, 0, Allow));
        _code = (Instruction*)NativeMemory.Alloc((nuint)code.Count, (nuint)sizeof(Instruction));
        CollectionsMarshal.AsSpan(code).CopyTo(new Span<Instruction>(_code, code.Count));
        _header = (Header*)NativeMemory.AllocZeroed((nuint)sizeof(Header));
        *_header = new Header { Length = (ushort)code.Count, Code = _code };
    }

    /// <summary>The program as the kernel takes it.</summary>
    internal nint Program => (nint)_header;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_code);
        NativeMemory.Free(_header);
    }

    private static void When(List<Instruction> code, ushort jump, uint value, Instruction[] then)
    {
        code.Add(new(jump, 0, (byte)then.Length, value));
        code.AddRange(then);
    }

    /// <summary>For one call: the lower half of an argument is loaded, and <paramref name="then"/> returns in every case.</summary>
    private static void WhenArgument(List<Instruction> code, int number, uint argument, Instruction[] then) =>
        When(code, JumpIfEqual, (uint)number, [new(LoadWord, 0, 0, ArgumentsOffset + (argument * 8)), .. then]);

    /// <summary>The kernel's <c>struct sock_filter</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Instruction(ushort code, byte ifTrue, byte ifFalse, uint value)
    {
        private readonly ushort _code = code;
        private readonly byte _ifTrue = ifTrue;
        private readonly byte _ifFalse = ifFalse;
        private readonly uint _value = value;
    }

    /// <summary>The kernel's <c>struct sock_fprog</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        internal ushort Length;
        internal Instruction* Code;
    }
}
