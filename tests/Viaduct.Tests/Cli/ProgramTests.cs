using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Viaduct.Tests.Cli;

/// <summary>What tests of programs share: a folder of their own, with the runtime directory in it, and no process left at the end.</summary>
public abstract class ProgramTests : IDisposable
{
    private readonly List<RunningProgram> _programs = [];

    protected ProgramTests()
    {
        Folder = Directory.CreateTempSubdirectory("vt-").FullName;
    }

    /// <summary>The test's folder; programs make their temporary files in it.</summary>
    private protected string Folder { get; }

    public void Dispose()
    {
        _programs.ForEach(program => program.Dispose());
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a program of the solution.</summary>
    private protected RunningProgram Start(string project, params string[] arguments)
    {
        return StartFile(BuiltProgram.PathOf(project), readOutput: true, arguments);
    }

    /// <summary>Starts the tool.</summary>
    private protected RunningProgram Viaduct(params string[] arguments) => Start(BuiltProgram.Tool, arguments);

    /// <summary>Starts any program in the test's folder and environment.</summary>
    private protected RunningProgram StartFile(string file, bool readOutput, params string[] arguments)
    {
        ProcessStartInfo start = new(file, arguments) { WorkingDirectory = Folder };
        start.Environment["VIADUCT_RUNTIME_DIR"] = Path.Combine(Folder, "run");
        start.Environment["TMPDIR"] = Folder;
        start.Environment["VIADUCT"] = BuiltProgram.PathOf(BuiltProgram.Tool);
        RunningProgram program = RunningProgram.Start(start, readOutput);
        _programs.Add(program);
        return program;
    }

    /// <summary>Runs a line of shell, in which <c>$VIADUCT</c> is the tool.</summary>
    private protected RunningProgram Shell(string line) => StartFile("/bin/bash", readOutput: true, "-c", line);

    /// <summary>Gives a program all of its input.</summary>
    private protected static async Task FeedAsync(RunningProgram program, byte[] input)
    {
        await program.WriteAsync(input);
        program.CloseInput();
    }

    /// <summary>A TCP port that nobody uses at the moment.</summary>
    private protected static string FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
    }

    private protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Lines "1" to "count".</summary>
    private protected static byte[] Numbers(int count)
    {
        return Bytes(string.Concat(Enumerable.Range(1, count).Select(number => number.ToString(CultureInfo.InvariantCulture) + "\n")));
    }
}
