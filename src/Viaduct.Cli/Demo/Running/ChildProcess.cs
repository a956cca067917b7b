using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Viaduct.Cli.Demo.Roles;

namespace Viaduct.Cli.Demo.Running;

/// <summary>
/// A process of the demo seen by the one that started it. It ends when its standard input does, so it cannot outlive this process; besides, it is
/// killed when this is disposed.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>The latest lines of its standard error that are kept.</summary>
    private const int KeptErrors = 20;

    private readonly Process _process;
    private readonly Queue<string> _errors = new();

    private ChildProcess(RoleOrder order, Process process)
    {
        Order = order;
        _process = process;
        Id = process.Id;
    }

    /// <summary>What it was told to be.</summary>
    public RoleOrder Order { get; }

    /// <summary>Its process.</summary>
    public int Id { get; }

    /// <summary>How it is called in messages.</summary>
    public string Name => Order.Role == DemoRole.Worker
        ? $"worker {Order.Number} (process {Id})"
        : $"the {Order.Role.ToString().ToLowerInvariant()} (process {Id})";

    /// <summary>Whether the run has dealt with its end.</summary>
    public bool Ended { get; set; }

    /// <summary>How it ended, in words.</summary>
    public string End => _process.ExitCode switch
    {
        137 => "was killed (SIGKILL)",
        > 128 and int code => $"was ended by signal {code - 128}",
        int code => $"ended with exit code {code}",
    };

    /// <summary>Its exit code; 128 + N after signal N.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines of its standard error.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return string.Join('\n', _errors);
            }
        }
    }

    /// <summary>Starts a process.</summary>
    /// <param name="order">What it shall be.</param>
    /// <param name="prefix">The command that runs it on its machine.</param>
    /// <param name="temporary">Its folder for temporary files: the runtime leaves some behind in a process that is killed.</param>
    /// <param name="events">Gets its reports and its end.</param>
    public static ChildProcess Start(RoleOrder order, IReadOnlyList<string> prefix, string temporary, ChannelWriter<RunEvent> events)
    {
        string[] command = [.. prefix, .. OwnCommand.Get(), DemoRoleVerb.NameOf(order.Role), order.Number.ToString(System.Globalization.CultureInfo.InvariantCulture)];
        ProcessStartInfo start = new(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = temporary;
        Process process = Process.Start(start)!;
        ChildProcess child = new(order, process);
        child.Say(JsonSerializer.Serialize(order, RoleJson.Default.RoleOrder));
        _ = child.ListenAsync(events);
        return child;
    }

    /// <summary>Says a word to it. It may have ended; then its end is told.</summary>
    /// <param name="word">See <see cref="ParentWords"/>.</param>
    public void Say(string word)
    {
        try
        {
            _process.StandardInput.WriteLine(word);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // Its end is an event of its own.
        }
    }

    /// <summary>Ends it with SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit(TimeSpan.FromSeconds(10));
        }

        _process.Dispose();
    }

    private async Task ListenAsync(ChannelWriter<RunEvent> events)
    {
        Task errors = KeepErrorsAsync();
        string? notUnderstood = null;
        try
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (Parse(line) is { } report)
                {
                    events.TryWrite(new RunEvent(this, report));
                }
                else
                {
                    notUnderstood = line;
                }
            }

            await errors;
            await _process.WaitForExitAsync();
            if (notUnderstood is not null && ExitCode < 128)
            {
                // Only a process that was killed may leave half a line.
                string error = "it said what was not understood: " + notUnderstood;
                events.TryWrite(new RunEvent(this, new RoleReport { Kind = RoleReportKind.Failed, Error = error }));
            }

            events.TryWrite(new RunEvent(this, null));
        }
        catch (Exception problem) when (problem is InvalidOperationException or IOException)
        {
            // The run was ended while this read.
        }
    }

    private static RoleReport? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, RoleJson.Default.RoleReport);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task KeepErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_errors)
            {
                _errors.Enqueue(line);
                if (_errors.Count > KeptErrors)
                {
                    _errors.Dequeue();
                }
            }
        }
    }
}
