namespace Viaduct.Supervision;

/// <summary>What to start as a child process, and how. Read once, by <see cref="ChildProcess.Start"/>. Not thread-safe.</summary>
public sealed class ChildProcessOptions
{
    /// <summary>Creates options.</summary>
    /// <param name="executable">The program: a path, or a name that is looked for in <c>PATH</c>.</param>
    /// <param name="arguments">Its arguments, without the program's name.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public ChildProcessOptions(string executable, params IEnumerable<string> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(executable);
        ArgumentNullException.ThrowIfNull(arguments);
        Executable = executable;
        Arguments = [.. arguments];
    }

    /// <summary>The program: a path, relative to this process's working directory, or a name that is looked for in <c>PATH</c>.</summary>
    public string Executable { get; }

    /// <summary>Its arguments, without the program's name.</summary>
    public IList<string> Arguments { get; }

    /// <summary>What the child is called in events, reports and errors. Defaults to the program's file name.</summary>
    public string? Name { get; set; }

    /// <summary>Changes to the environment: values to set, and with null to take out. Empty by default.</summary>
    public IDictionary<string, string?> Environment { get; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>Whether the child's environment begins as this process's own. Defaults to true; otherwise it begins empty.</summary>
    public bool InheritEnvironment { get; set; } = true;

    /// <summary>Where the child starts. Defaults to null: this process's own working directory.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>Where its standard output goes. Defaults to <see cref="ChildOutput.Capture"/>.</summary>
    public ChildOutput StandardOutput { get; set; }

    /// <summary>Where its standard error goes. Defaults to <see cref="ChildOutput.Capture"/>.</summary>
    public ChildOutput StandardError { get; set; }

    /// <summary>
    /// Called with each captured line, in order for each of the two streams, on threads of the pool. Defaults to null. While it runs nothing more is
    /// read from that stream, so that a child that writes faster than this can take waits, and no line is lost. What it throws is ignored.
    /// </summary>
    public Action<OutputLine>? OutputReceived { get; set; }

    /// <summary>How many of the last captured lines are kept for <see cref="ChildProcess.LastOutput"/>. Defaults to 50.</summary>
    public int KeptLines { get; set; } = 50;

    /// <summary>Bytes after which a line that goes on is cut, 16 to 1 MiB. Defaults to 8192.</summary>
    public int MaxLineLength { get; set; } = 8192;

    /// <summary>
    /// Whether parent and child get one end each of a connected pair of Unix stream sockets. Defaults to false. The parent takes its end with
    /// <see cref="ChildProcess.TakeSocket"/>, the child with <see cref="ChildHost.TakeSocket"/>. It has no name, and nobody else can hold an end of it.
    /// </summary>
    public bool ConnectSocket { get; set; }

    /// <summary>What the child leads. Defaults to <see cref="ChildGroup.Group"/>.</summary>
    public ChildGroup Group { get; set; }

    /// <summary>What the child may do. Defaults to <see cref="Confinement.None"/>: what this process may.</summary>
    public Confinement Confinement { get; set; } = Confinement.None;

    /// <summary>Whether a crash may write a core dump, which delays the death for everybody who waits for it. Defaults to false.</summary>
    public bool AllowCoreDump { get; set; }

    /// <summary>How long <see cref="ChildProcess.StopAsync()"/> waits after it has asked before it kills. Defaults to 5 seconds, at most 24 days.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock for the grace and the reason's times. Defaults to the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// Options that start this very program again with other arguments, as a child of the same version and configuration: its executable, or
    /// the .NET host with its assembly.
    /// </summary>
    /// <param name="arguments">The arguments of the child.</param>
    /// <exception cref="InvalidOperationException">The system does not tell which program this is.</exception>
    public static ChildProcessOptions ForThisProgram(params IEnumerable<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        string path = System.Environment.ProcessPath
            ?? throw new InvalidOperationException("The path of this program is unknown; name the child's executable with new ChildProcessOptions(path).");

        // Under the host the first "argument" of the command line is the assembly that the host runs.
        bool isHost = Path.GetFileNameWithoutExtension(path).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return isHost
            ? new ChildProcessOptions(path, [Path.GetFullPath(System.Environment.GetCommandLineArgs()[0]), .. arguments])
            : new ChildProcessOptions(path, arguments);
    }
}
