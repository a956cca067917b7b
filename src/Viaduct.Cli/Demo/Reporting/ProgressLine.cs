using System.Diagnostics;
using Viaduct.Cli.Output;

namespace Viaduct.Cli.Demo.Reporting;

/// <summary>
/// Shows on standard error how far a run is: on a terminal one line that is written over, ten times a second; elsewhere a line every five
/// seconds. Thread-safe.
/// </summary>
internal sealed class ProgressLine
{
    private readonly Lock _writing = new();
    private readonly bool _terminal = !Console.IsErrorRedirected;
    private readonly TimeSpan _interval;
    private long _lastShown = Stopwatch.GetTimestamp();

    /// <summary>Whether the cursor stands behind a line that will be written over.</summary>
    private bool _open;

    /// <summary>Makes a progress line.</summary>
    public ProgressLine()
    {
        _interval = _terminal ? TimeSpan.FromSeconds(0.1) : TimeSpan.FromSeconds(5);
    }

    /// <summary>Writes a line that stays.</summary>
    /// <param name="text">The line.</param>
    public void Say(string text)
    {
        lock (_writing)
        {
            CloseLine();
            Console.Error.WriteLine(text);
        }
    }

    /// <summary>Shows how far it is, unless that was done just before.</summary>
    /// <param name="what">What is running.</param>
    /// <param name="events">Events merged.</param>
    /// <param name="total">Events in all, 0 where that is not known yet.</param>
    /// <param name="bytes">Bytes merged.</param>
    public void Show(string what, long events, long total, long bytes)
    {
        lock (_writing)
        {
            if (Stopwatch.GetElapsedTime(_lastShown) < _interval)
            {
                return;
            }

            _lastShown = Stopwatch.GetTimestamp();
            string share = total > 0 ? $"{100 * events / total,3} %  " : string.Empty;
            string text = $"{what}: {share}{Words.Number(events)} events, {Words.Bytes(bytes)}";
            if (_terminal)
            {
                // Clear to the end of the line: the text before may have been longer.
                Console.Error.Write("\r" + text + "\u001b[K");
                _open = true;
            }
            else
            {
                Console.Error.WriteLine(text);
            }
        }
    }

    private void CloseLine()
    {
        if (_open)
        {
            Console.Error.Write("\r\u001b[K");
            _open = false;
        }
    }
}
