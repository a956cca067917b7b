using System.Collections.Concurrent;
using System.Text.Json;
using Viaduct.Benchmarks.Report;

namespace Viaduct.Benchmarks.Worker;

/// <summary>Reads commands in a thread of its own, so that the end of the input ends the process even in the midst of a run.</summary>
internal sealed class CommandReader
{
    /// <summary>How long a side may take to close in an orderly way after the input's end.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(3);

    private readonly BlockingCollection<WorkerCommand> _commands = [];

    public CommandReader()
    {
        new Thread(Read) { Name = "commands", IsBackground = true }.Start();
    }

    /// <summary>The next command; null at the end of the input.</summary>
    public WorkerCommand? Next() => _commands.TryTake(out WorkerCommand? command, Timeout.Infinite) ? command : null;

    private void Read()
    {
        while (Console.In.ReadLine() is { } line)
        {
            _commands.Add(JsonSerializer.Deserialize(line, BenchJson.Default.WorkerCommand)!);
        }

        _commands.CompleteAdding();
        Thread.Sleep(s_grace);
        Environment.Exit(1);
    }
}
