using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Viaduct.Tests.Cli;

/// <summary>A program that was started, with what it writes collected as it comes. Ended with SIGKILL when disposed.</summary>
internal sealed class RunningProgram : IDisposable
{
    private readonly Process _process;
    private readonly MemoryStream _output = new();
    private readonly StringBuilder _error = new();
    private readonly Task _reading;

    private RunningProgram(Process process, bool readOutput)
    {
        _process = process;
        Id = process.Id;
        _reading = readOutput ? Task.WhenAll(ReadOutputAsync(), ReadErrorAsync()) : ReadErrorAsync();
    }

    internal int Id { get; }

    internal bool HasExited => _process.HasExited;

    /// <summary>What it has written to standard output.</summary>
    internal byte[] Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToArray();
            }
        }
    }

    /// <summary>The same as text.</summary>
    internal string OutputText => Encoding.UTF8.GetString(Output);

    /// <summary>What it has written to standard error.</summary>
    internal string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    internal static RunningProgram Start(ProcessStartInfo start, bool readOutput = true)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return new RunningProgram(Process.Start(start)!, readOutput);
    }

    internal async Task WriteAsync(byte[] input)
    {
        await _process.StandardInput.BaseStream.WriteAsync(input);
        await _process.StandardInput.BaseStream.FlushAsync();
    }

    internal void CloseInput()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything.
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code; 128 + N after signal N.</returns>
    internal async Task<int> EndAsync(double seconds = 30)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(seconds));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            await _reading.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"It has not ended after {seconds} s. Output so far: {OutputText}\nErrors: {Error}");
        }

        return _process.ExitCode;
    }

    /// <summary>Waits for its end, which must be a good one.</summary>
    internal async Task SucceedAsync(double seconds = 30)
    {
        int exitCode = await EndAsync(seconds);
        Assert.True(exitCode == 0, $"exit code {exitCode}\n{OutputText}\n{Error}");
    }

    /// <summary>Waits until something is so.</summary>
    internal async Task UntilAsync(Func<RunningProgram, bool> condition, double seconds = 15)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition(this))
        {
            Assert.True(
                Stopwatch.GetElapsedTime(start).TotalSeconds < seconds,
                $"It did not happen within {seconds} s. Output so far: {OutputText}\nErrors: {Error}");
            await Task.Delay(10);
        }
    }

    internal void Kill() => _process.Kill();

    /// <summary>Sends a signal such as INT.</summary>
    internal void Signal(string name) => SignalTo(Id, name);

    internal static void SignalTo(int process, string name)
    {
        using Process kill = Process.Start("kill", ["-" + name, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task ReadOutputAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        int read;
        while ((read = await _process.StandardOutput.BaseStream.ReadAsync(buffer)) > 0)
        {
            lock (_output)
            {
                _output.Write(buffer, 0, read);
            }
        }
    }

    private async Task ReadErrorAsync()
    {
        char[] buffer = new char[4096];
        int read;
        while ((read = await _process.StandardError.ReadAsync(buffer)) > 0)
        {
            lock (_error)
            {
                _error.Append(buffer, 0, read);
            }
        }
    }
}
