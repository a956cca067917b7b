using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Viaduct.Cli.Demo.Roles;

/// <summary>
/// A demo process's line to the one that started it: orders on standard input, reports on standard output. When the line breaks the parent
/// is gone, and this process ends at once. Thread-safe.
/// </summary>
internal sealed class ParentLink
{
    private readonly BlockingCollection<string> _words = [];
    private readonly TextReader _input = Console.In;
    private readonly Lock _writing = new();
    private readonly TextWriter _output = Console.Out;

    private ParentLink()
    {
    }

    /// <summary>Reads the order and starts to listen for words.</summary>
    /// <param name="order">What this process shall be.</param>
    /// <exception cref="CommandException">It was not started by the demo.</exception>
    public static ParentLink Open(out RoleOrder order)
    {
        ParentLink link = new();
        try
        {
            order = JsonSerializer.Deserialize(link._input.ReadLine() ?? string.Empty, RoleJson.Default.RoleOrder)
                ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new CommandException("this verb is a part of 'viaduct demo', which starts it.", ExitCode.Usage);
        }

        new Thread(link.Listen) { IsBackground = true, Name = "demo parent" }.Start();
        return link;
    }

    /// <summary>Tells the parent something.</summary>
    /// <param name="report">What.</param>
    public void Report(RoleReport report)
    {
        string line = JsonSerializer.Serialize(report, RoleJson.Default.RoleReport);
        lock (_writing)
        {
            _output.WriteLine(line);
            _output.Flush();
        }
    }

    /// <summary>Waits for a word of the parent; others before it are forgotten.</summary>
    /// <param name="word">The word.</param>
    public void WaitFor(string word)
    {
        while (_words.Take() != word)
        {
        }
    }

    private void Listen()
    {
        while (_input.ReadLine() is { } word)
        {
            _words.Add(word);
        }

        // Without the parent nobody wants the result, and nothing here needs an orderly end: the kernel tells the peers.
        Process.GetCurrentProcess().Kill();
    }
}
