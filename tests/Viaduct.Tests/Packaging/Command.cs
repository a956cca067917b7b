using System.Diagnostics;
using System.Text;

namespace Viaduct.Tests.Packaging;

/// <summary>A command that is run to its end, or ended when it takes too long.</summary>
internal sealed class Command : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly string _line;
    private readonly StringBuilder _output = new();

    private Command(Process process, string line)
    {
        _process = process;
        _line = line;
    }

    /// <summary>Starts it.</summary>
    internal static Command Start(string directory, IReadOnlyDictionary<string, string> environment, string file, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };

        // What a test run under MSBuild or the dotnet command has set must not reach another one.
        foreach (string inherited in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(inherited);
        }

        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        var command = new Command(new Process { StartInfo = start }, $"{file} {string.Join(' ', start.ArgumentList)}");
        command._process.OutputDataReceived += command.Keep;
        command._process.ErrorDataReceived += command.Keep;
        command._process.Start();
        command._process.StandardInput.Close();
        command._process.BeginOutputReadLine();
        command._process.BeginErrorReadLine();
        return command;
    }

    /// <summary>Starts it, waits for its end and returns what it printed.</summary>
    internal static async Task<string> Run(
        string directory, IReadOnlyDictionary<string, string> environment, string file, params IEnumerable<string> arguments)
    {
        using Command command = Start(directory, environment, file, arguments);
        return await command.End();
    }

    /// <summary>Waits for its end, which must be a good one, and returns what it printed.</summary>
    internal async Task<string> End()
    {
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"After {s_limit.TotalSeconds} s it has not ended: {_line}\n{Output()}");
        }

        Assert.True(_process.ExitCode == 0, $"It ended with {_process.ExitCode}: {_line}\n{Output()}");
        return Output();
    }

    public void Dispose()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended, as it should.
        }

        _process.Dispose();
    }

    private string Output()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            lock (_output)
            {
                _output.Append(line.Data).Append('\n');
            }
        }
    }
}
