using System.Diagnostics;
using System.Text.Json;
using Viaduct.Benchmarks.Report;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Run;

/// <summary>This program, started again as a worker, seen from the driver.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int ErrorLinesKept = 12;
    private static readonly TimeSpan s_endTimeout = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Queue<string> _errors = [];

    public WorkerProcess(WorkerArguments arguments)
    {
        string assembly = arguments.System == WorkerArguments.HttpKey
            ? SiblingProgram.PathOf("Viaduct.Benchmarks.Http")
            : typeof(WorkerProcess).Assembly.Location;
        var start = new ProcessStartInfo(SiblingProgram.Host, [assembly, .. arguments.ToCommandLine()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start) ?? throw new RunnerException("the worker did not start");
        _process.ErrorDataReceived += (_, data) => Keep(data.Data);
        _process.BeginErrorReadLine();
    }

    public void WaitUntilReady(TimeSpan timeout)
    {
        string line = ReadLine(timeout);
        if (line != WorkerProgram.Ready)
        {
            throw new RunnerException($"the worker said '{line}' instead of '{WorkerProgram.Ready}'");
        }
    }

    public void Begin(WorkerCommand command)
    {
        try
        {
            _process.StandardInput.WriteLine(JsonSerializer.Serialize(command, BenchJson.Default.WorkerCommand));
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            throw new RunnerException("the worker has gone" + ErrorText());
        }
    }

    public WorkerReport End(TimeSpan timeout) =>
        JsonSerializer.Deserialize(ReadLine(timeout), BenchJson.Default.WorkerReport)
            ?? throw new RunnerException("the worker's report is empty");

    /// <summary>Asks the worker to end, by the end of its input; it is killed when it does not.</summary>
    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has gone already.
        }

        if (!_process.WaitForExit(s_endTimeout))
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private string ReadLine(TimeSpan timeout)
    {
        Task<string?> reading = _process.StandardOutput.ReadLineAsync();
        if (!reading.Wait(timeout))
        {
            _process.Kill(entireProcessTree: true);
            throw new RunnerException($"no answer within {timeout.TotalSeconds} s" + ErrorText());
        }

        if (reading.Result is { } line)
        {
            return line;
        }

        // The reason is on its way down the other pipe; only the wait without a limit waits for that as well.
        if (_process.WaitForExit(s_endTimeout))
        {
            _process.WaitForExit();
        }

        throw new RunnerException("the worker ended" + ErrorText());
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_errors)
        {
            _errors.Enqueue(line);
            if (_errors.Count > ErrorLinesKept)
            {
                _errors.Dequeue();
            }
        }
    }

    private string ErrorText()
    {
        lock (_errors)
        {
            return _errors.Count == 0 ? "" : ": " + string.Join(Environment.NewLine, _errors);
        }
    }
}
