using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;

namespace Viaduct.Supervision;

/// <summary>A Landlock ruleset (landlock(7)): what is allowed; what it handles and no rule allows is denied.</summary>
internal sealed unsafe class LandlockRuleset : IDisposable
{
    private const ulong Execute = 1 << 0;
    private const ulong WriteFile = 1 << 1;
    private const ulong ReadFile = 1 << 2;
    private const ulong ReadDirectory = 1 << 3;
    private const ulong Truncate = 1 << 14;
    private const ulong DeviceControl = 1 << 15;

    /// <summary>The rights that a rule for something other than a directory can give.</summary>
    private const ulong OfFiles = Execute | WriteFile | ReadFile | Truncate | DeviceControl;

    private const ulong BindTcp = 1;
    private const ulong ConnectTcp = 2;
    private const ulong ScopeAbstractSockets = 1;
    private const ulong ScopeSignals = 2;

    private const int RulePath = 1;
    private const int RulePort = 2;
    private const int VersionFlag = 1;

    private readonly SafeFileHandle _handle;

    /// <summary>All rights to files that are handled.</summary>
    private readonly ulong _handled;

    /// <summary>Makes a ruleset with its rules.</summary>
    /// <exception cref="IOException">The kernel refused, or a path is not there.</exception>
    internal LandlockRuleset(Confinement confinement, string executable, IEnumerable<string> arguments, int version)
    {
        ulong* attributes = stackalloc ulong[3];
        _handled = !confinement.LimitFiles ? 0 : version switch
        {
            1 => (1UL << 13) - 1,
            2 => (1UL << 14) - 1,
            3 or 4 => (1UL << 15) - 1,
            _ => (1UL << 16) - 1,
        };
        attributes[0] = _handled;
        attributes[1] = version < 4 ? 0 : (confinement.BindPorts is null ? 0 : BindTcp) | (confinement.ConnectPorts is null ? 0 : ConnectTcp);
        attributes[2] = version < 6 || !confinement.LimitFiles ? 0 : ScopeAbstractSockets | ScopeSignals;
        int size = version < 4 ? 8 : version < 6 ? 16 : 24;
        nint handle = Libc.Syscall(CallNumbers.LandlockCreateRuleset, (nint)attributes, size, 0, 0, 0, 0);
        if (handle < 0)
        {
            throw Libc.Failure("A Landlock ruleset cannot be made", Libc.LastError);
        }

        _handle = new SafeFileHandle(handle, ownsHandle: true);
        try
        {
            AddPaths(confinement, executable, arguments);
            if (version >= 4)
            {
                AddPorts(confinement.BindPorts, BindTcp);
                AddPorts(confinement.ConnectPorts, ConnectTcp);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The ruleset's descriptor.</summary>
    internal int Descriptor => (int)_handle.DangerousGetHandle();

    /// <summary>The kernel's version of Landlock; 0 = there is none.</summary>
    internal static int Version()
    {
        nint version = Libc.Syscall(CallNumbers.LandlockCreateRuleset, 0, 0, VersionFlag, 0, 0, 0);
        return (int)Math.Max(0, version);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private void AddPaths(Confinement confinement, string executable, IEnumerable<string> arguments)
    {
        if (!confinement.LimitFiles)
        {
            return;
        }

        bool network = !confinement.DeniedCalls.HasFlag(DeniedCalls.Sockets);
        foreach ((string path, bool executes) in RuntimeFiles.ToRead(executable, arguments, network))
        {
            AddPath(path, ReadFile | ReadDirectory | (executes ? Execute : 0), mustExist: false);
        }

        AddPath("/dev/null", ReadFile | WriteFile, mustExist: false);
        foreach (string path in confinement.Readable)
        {
            AddPath(path, ReadFile | ReadDirectory, mustExist: true);
        }

        // All but executing what it may have written itself, and devices' own commands.
        foreach (string path in confinement.Writable)
        {
            AddPath(path, _handled & ~(Execute | DeviceControl), mustExist: true);
        }
    }

    private void AddPath(string path, ulong rights, bool mustExist)
    {
        int fd = Libc.Open(path, Libc.O_PATH | Libc.O_CLOEXEC, 0);
        if (fd < 0)
        {
            int error = Libc.LastError;
            if (mustExist)
            {
                throw Libc.Failure($"'{path}' cannot be allowed to a confined child", error);
            }

            return;
        }

        using SafeFileHandle handle = new(fd, ownsHandle: true);

        // struct landlock_path_beneath_attr { u64 allowed; s32 parent; }, packed.
        byte* rule = stackalloc byte[12];
        *(ulong*)rule = rights & _handled & (Directory.Exists(path) ? ~0UL : OfFiles);
        *(int*)(rule + 8) = fd;
        Add(RulePath, rule, $"'{path}'");
    }

    private void AddPorts(IEnumerable<int>? ports, ulong right)
    {
        ulong* rule = stackalloc ulong[2];
        foreach (int port in ports ?? [])
        {
            rule[0] = right;
            rule[1] = (ulong)port;
            Add(RulePort, rule, $"port {port}");
        }
    }

    private void Add(int kind, void* rule, string what)
    {
        if (Libc.Syscall(CallNumbers.LandlockAddRule, Descriptor, kind, (nint)rule, 0, 0, 0) != 0)
        {
            throw Libc.Failure($"{what} cannot be allowed to a confined child", Libc.LastError);
        }
    }
}
