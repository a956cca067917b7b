using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;

namespace Viaduct.Tests.Support;

/// <summary>A child process with a node of its own, told what to do line by line; it ends with its standard input, so never outlives the tests.</summary>
public sealed class PeerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentDictionary<string, PeerCommand> _commands = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private int _lastTag;

    private PeerProcess(Process process)
    {
        _process = process;
    }

    public int Id => _process.Id;

    /// <summary>Where the child listens; empty where it does not.</summary>
    public string ListenAddress { get; private set; } = "";

    public bool HasExited => _process.HasExited;

    /// <summary>What the child wrote to its standard error.</summary>
    public string Errors => string.Join('\n', _errors);

    /// <summary>Starts a child and waits until its node has joined.</summary>
    public static async Task<PeerProcess> Start(PeerArguments arguments)
    {
        PeerProcess peer = Launch(arguments);
        try
        {
            peer.ListenAddress = await peer._commands["ready"].Done.Within("start of the child program").ConfigureAwait(false);
        }
        catch
        {
            await peer.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return peer;
    }

    /// <summary>Starts a child and waits for nothing: commands that it is given are carried out once its node has joined.</summary>
    public static PeerProcess Launch(PeerArguments arguments)
    {
        var start = new ProcessStartInfo(arguments.OnOneProcessor ? "taskset" : ChildProgram.Host())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (arguments.OnOneProcessor && OperatingSystem.IsLinux())
        {
            start.ArgumentList.Add("--cpu-list");
            start.ArgumentList.Add(BitOperations.TrailingZeroCount(Process.GetCurrentProcess().ProcessorAffinity).ToString(CultureInfo.InvariantCulture));
            start.ArgumentList.Add(ChildProgram.Host());
        }

        start.ArgumentList.Add(ChildProgram.Of(arguments.Program));
        foreach (string argument in arguments.Format())
        {
            start.ArgumentList.Add(argument);
        }

        ChildProgram.Hasten(start);
        var peer = new PeerProcess(Process.Start(start)!);
        peer._commands["ready"] = new PeerCommand("joining");
        _ = Background.Run(peer.ReadOutput);
        _ = Background.Run(peer.ReadErrors);
        return peer;
    }

    /// <summary>Gives a command without waiting for its end.</summary>
    public PeerCommand Begin(string command)
    {
        string tag = Interlocked.Increment(ref _lastTag).ToString(CultureInfo.InvariantCulture);
        var begun = new PeerCommand(command);
        _commands[tag] = begun;
        lock (_process)
        {
            _process.StandardInput.WriteLine($"{tag} {command}");
            _process.StandardInput.Flush();
        }

        return begun;
    }

    /// <summary>Gives a command and waits for its end; what it answers.</summary>
    public Task<string> Do(string command) => Begin(command).Done.Within(command);

    /// <summary>A real SIGKILL; returns when the process is gone.</summary>
    public async Task Kill()
    {
        KillNow();
        await Gone().ConfigureAwait(false);
    }

    /// <summary>Waits for the end of a child that was killed.</summary>
    public Task Gone() => _process.WaitForExitAsync().Within("death after SIGKILL");

    /// <summary>SIGKILL without waiting for the end.</summary>
    public void KillNow() => Posix.Kill(Id, Posix.SIGKILL);

    public void Stop() => Posix.Kill(Id, Posix.SIGSTOP);

    public void Continue() => Posix.Kill(Id, Posix.SIGCONT);

    /// <summary>Lets the child dispose its node and end in order.</summary>
    public async Task Exit()
    {
        await Do("exit").ConfigureAwait(false);
        await _process.WaitForExitAsync().Within("end of the child program").ConfigureAwait(false);
        Assert.Equal(0, _process.ExitCode);
        await DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync().Within("end of the child program").ConfigureAwait(false);
        await _process.StandardInput.DisposeAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private void ReadOutput()
    {
        // Disposing the process leaves the pipes to the garbage collector.
        using StreamReader output = _process.StandardOutput;
        while (output.ReadLine() is { } line)
        {
            string[] parts = line.Split(' ', 3);
            if (parts.Length < 2 || !_commands.TryGetValue(parts[0], out PeerCommand? command))
            {
                _errors.Enqueue(line);
                continue;
            }

            command.Take(parts[1], parts.Length > 2 ? parts[2] : "");
        }

        foreach (PeerCommand command in _commands.Values)
        {
            command.Take("failed", $"ProcessEnded the child is gone {Errors}");
        }
    }

    private void ReadErrors()
    {
        using StreamReader errors = _process.StandardError;
        while (errors.ReadLine() is { } line)
        {
            _errors.Enqueue(line);
        }
    }
}
