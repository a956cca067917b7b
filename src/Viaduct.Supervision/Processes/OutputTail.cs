namespace Viaduct.Supervision;

/// <summary>The last lines that a child wrote. Thread-safe.</summary>
internal sealed class OutputTail
{
    private readonly Lock _gate = new();
    private readonly Queue<OutputLine> _lines = new();
    private readonly int _capacity;

    internal OutputTail(int capacity)
    {
        _capacity = capacity;
    }

    /// <summary>Keeps a line, and drops the oldest where that makes too many.</summary>
    internal void Add(OutputLine line)
    {
        lock (_gate)
        {
            _lines.Enqueue(line);
            if (_lines.Count > _capacity)
            {
                _lines.Dequeue();
            }
        }
    }

    /// <summary>The lines, the oldest first.</summary>
    internal OutputLine[] ToArray()
    {
        lock (_gate)
        {
            return [.. _lines];
        }
    }
}
