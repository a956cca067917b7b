using System.Collections;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;
using Viaduct.Supervision.Linux;

namespace Viaduct.Supervision;

/// <summary>All that a start needs, made beforehand: descriptors, arguments and what posix_spawn(3) shall do, in memory that does not move.</summary>
/// <remarks>
/// The child gets its standard streams, the <see cref="Lifeline"/> and, where asked for, one end of a socket. Every descriptor of ours is
/// close-on-exec and is copied into the child by a file action, and all others are closed there, those of other libraries included.
/// </remarks>
internal sealed unsafe class SpawnPlan : IDisposable
{
    private const int StandardStreams = 3;
    private const string TemporaryVariable = "TMPDIR=";

    private readonly List<IDisposable> _childs = [];
    private readonly byte* _actions;
    private readonly byte* _attributes;
    private readonly NativeStrings _arguments;
    private readonly NativeStrings _environment;
    private readonly NativeStrings _path;
    private bool _disposed;

    /// <summary>Makes everything.</summary>
    /// <exception cref="ChildStartException">The program or its working directory is not there.</exception>
    /// <exception cref="IOException">The process has no descriptor left.</exception>
    internal SpawnPlan(ChildProcessOptions options)
    {
        Executable = ExecutablePath.Resolve(options.Executable);
        _actions = (byte*)NativeMemory.AllocZeroed(SpawnLibrary.SpawnRecordSize);
        _attributes = (byte*)NativeMemory.AllocZeroed(SpawnLibrary.SpawnRecordSize);
        _ = SpawnLibrary.FileActionsInit(_actions);
        _ = SpawnLibrary.AttributesInit(_attributes);
        try
        {
            _path = new NativeStrings([Executable], "The path");
            _arguments = new NativeStrings([options.Executable, .. options.Arguments], "The argument");
            List<string> variables = EnvironmentOf(options);
            Temporary = variables.Find(static variable => variable.StartsWith(TemporaryVariable, StringComparison.Ordinal))?[TemporaryVariable.Length..];
            _environment = new NativeStrings(variables, "The environment variable");
            Lifeline = new Lifeline();
            Connect(options);
            SetAttributes(options);
        }
        catch
        {
            DisposeParents();
            Dispose();
            throw;
        }
    }

    /// <summary>The program's absolute path.</summary>
    internal string Executable { get; }

    /// <summary>The temporary directory that the child's environment names; null where it names none.</summary>
    internal string? Temporary { get; }

    /// <summary>What ties the child to this process; the plan's user takes it.</summary>
    internal Lifeline Lifeline { get; }

    /// <summary>This side's end of the socket; null without one. The plan's user takes it.</summary>
    internal SafeSocketHandle? Socket { get; private set; }

    /// <summary>What the child writes to standard output; null where it is not captured. The plan's user takes it.</summary>
    internal SafeFileHandle? Output { get; private set; }

    /// <summary>What the child writes to standard error; null where it is not captured. The plan's user takes it.</summary>
    internal SafeFileHandle? Error { get; private set; }

    /// <summary>The path as the kernel reads it.</summary>
    internal byte* Path => _path.Pointers[0];

    /// <summary>The file actions.</summary>
    internal void* Actions => _actions;

    /// <summary>The attributes.</summary>
    internal void* Attributes => _attributes;

    /// <summary>The arguments, the program's name first.</summary>
    internal byte** Arguments => _arguments.Pointers;

    /// <summary>The environment.</summary>
    internal byte** Environment => _environment.Pointers;

    /// <summary>Gives back what only the child needed; what the plan's user takes stays open.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _childs.ForEach(static child => child.Dispose());
        Lifeline?.ChildEnd.Dispose();
        _ = SpawnLibrary.FileActionsDestroy(_actions);
        _ = SpawnLibrary.AttributesDestroy(_attributes);
        NativeMemory.Free(_actions);
        NativeMemory.Free(_attributes);
        _arguments?.Dispose();
        _environment?.Dispose();
        _path?.Dispose();
    }

    /// <summary>Gives back what the plan's user would have taken, after a start that failed.</summary>
    internal void DisposeParents()
    {
        Lifeline?.Dispose();
        Socket?.Dispose();
        Output?.Dispose();
        Error?.Dispose();
    }

    private static List<string> EnvironmentOf(ChildProcessOptions options)
    {
        Dictionary<string, string?> variables = new(StringComparer.Ordinal);
        if (options.InheritEnvironment)
        {
            foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            {
                variables[(string)variable.Key] = (string?)variable.Value;
            }
        }

        Confine(variables, options.Confinement);
        foreach ((string name, string? value) in options.Environment)
        {
            variables[name] = value;
        }

        variables[ChildHost.LifelineVariable] = Number(ChildHost.LifelineNumber);
        variables[ChildHost.SocketVariable] = options.ConnectSocket ? Number(ChildHost.SocketNumber) : null;
        return [.. variables.Where(static variable => variable.Value is not null).Select(static variable => $"{variable.Key}={variable.Value}")];
    }

    /// <summary>Lets a confined .NET runtime do without what it would be denied, and load nothing before the program that its user did not name.</summary>
    private static void Confine(Dictionary<string, string?> variables, Confinement confinement)
    {
        if (confinement.Asked == ConfinementParts.None)
        {
            return;
        }

        // The diagnostics' socket lies in the temporary directory.
        variables["DOTNET_EnableDiagnostics"] = "0";
        variables["DOTNET_STARTUP_HOOKS"] = null;
        if (confinement.FileSize < 4L << 30)
        {
            // The runtime would make a memory file of 2 GiB to map its code twice.
            variables["DOTNET_EnableWriteXorExecute"] = "0";
        }

        if (confinement.Memory is { } memory)
        {
            variables["DOTNET_GCHeapHardLimit"] = (memory / 4 * 3).ToString("x", CultureInfo.InvariantCulture);
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Connect(ChildProcessOptions options)
    {
        SafeFileHandle nothing = ForChild(Descriptors.Null());
        Copy(nothing, 0);
        Output = Stream(options.StandardOutput, 1, nothing);
        Error = Stream(options.StandardError, 2, nothing);
        Copy(Lifeline.ChildEnd, ChildHost.LifelineNumber);
        int first = ChildHost.LifelineNumber + 1;
        if (options.ConnectSocket)
        {
            (Socket, SafeFileHandle theirs) = Descriptors.SocketPair();
            Copy(ForChild(theirs), ChildHost.SocketNumber);
            first = ChildHost.SocketNumber + 1;
        }

        CloseFrom(first);
        if (options.WorkingDirectory is { } directory)
        {
            ChangeTo(options, directory);
        }
    }

    /// <summary>Lets a stream of the child go where it shall; the reading end where that is here.</summary>
    private SafeFileHandle? Stream(ChildOutput where, int number, SafeFileHandle nothing)
    {
        switch (where)
        {
            case ChildOutput.Inherit:
                return null;
            case ChildOutput.Discard:
                Copy(nothing, number);
                return null;
            default:
                (SafeFileHandle read, SafeFileHandle write) = Descriptors.Pipe();
                Copy(ForChild(write), number);
                Descriptors.StopBlocking(read);
                return read;
        }
    }

    /// <summary>The descriptor under a number that no copy overwrites, closed here once the child has started.</summary>
    private SafeFileHandle ForChild(SafeFileHandle handle)
    {
        using (handle)
        {
            SafeFileHandle raised = Descriptors.Raised(Descriptors.Number(handle));
            _childs.Add(raised);
            return raised;
        }
    }

    private void Copy(SafeFileHandle handle, int number) =>
        Check(SpawnLibrary.FileActionsAddDup2(_actions, Descriptors.Number(handle), number));

    private void CloseFrom(int first)
    {
        try
        {
            Check(SpawnLibrary.FileActionsAddCloseFrom(_actions, first));
        }
        catch (EntryPointNotFoundException)
        {
            // Before glibc 2.34 and in musl: what is not close-on-exec is closed by number. What another thread makes meanwhile with neither
            // the flag nor a lock could be missed; nothing of this library or of the runtime is made so.
            foreach (string entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
            {
                if (int.TryParse(System.IO.Path.GetFileName(entry), CultureInfo.InvariantCulture, out int fd) && fd >= first
                    && (Libc.Fcntl(fd, SpawnLibrary.F_GETFD, 0) & SpawnLibrary.FD_CLOEXEC) == 0)
                {
                    Check(SpawnLibrary.FileActionsAddClose(_actions, fd));
                }
            }
        }
    }

    private void ChangeTo(ChildProcessOptions options, string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new ChildStartException(options.Executable, $"its working directory '{directory}' is not there.", Libc.ENOENT);
        }

        using NativeStrings path = new([System.IO.Path.GetFullPath(directory)], "The working directory");
        try
        {
            Check(SpawnLibrary.FileActionsAddChdir(_actions, path.Pointers[0]));
        }
        catch (EntryPointNotFoundException missing)
        {
            throw new PlatformNotSupportedException(
                "ChildProcessOptions.WorkingDirectory needs glibc 2.29 or musl 1.2.4; let the child change its directory itself here.", missing);
        }
    }

    private void SetAttributes(ChildProcessOptions options)
    {
        short flags = SpawnLibrary.POSIX_SPAWN_SETSIGDEF | SpawnLibrary.POSIX_SPAWN_SETSIGMASK;
        flags |= options.Group == ChildGroup.Session ? SpawnLibrary.POSIX_SPAWN_SETSID : SpawnLibrary.POSIX_SPAWN_SETPGROUP;
        byte* signals = stackalloc byte[SpawnLibrary.SignalSetSize];
        new Span<byte>(signals, SpawnLibrary.SignalSetSize).Clear();

        // No signal is blocked, and none ignored, whatever this process does: its runtime ignores SIGPIPE, for one.
        Check(SpawnLibrary.AttributesSetMask(_attributes, signals));
        _ = SpawnLibrary.FillSignalSet(signals);
        Check(SpawnLibrary.AttributesSetDefaultSignals(_attributes, signals));
        Check(SpawnLibrary.AttributesSetGroup(_attributes, 0));
        Check(SpawnLibrary.AttributesSetFlags(_attributes, flags));
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw Libc.Failure("The start of a child cannot be prepared", error);
        }
    }
}
