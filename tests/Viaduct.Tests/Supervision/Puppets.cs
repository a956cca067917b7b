using System.Collections.Concurrent;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Supervision;

/// <summary>Children that do what a test tells them, and the story of what was done to them.</summary>
internal sealed class Puppets
{
    private readonly ConcurrentDictionary<string, Puppet> _running = new();
    private readonly ConcurrentDictionary<string, Queue<Exception>> _failures = new();

    /// <summary>Starts, stops and events in their order.</summary>
    public ConcurrentQueue<string> Story { get; } = new();

    public ConcurrentQueue<SupervisorEvent> Events { get; } = new();

    public ManualTime Time { get; } = new();

    public SupervisorOptions Options(RestartStrategy strategy = RestartStrategy.OneForOne, int? maximum = 3) => new()
    {
        Strategy = strategy,
        MaxRestarts = maximum,
        Backoff = Backoff.None,
        TimeProvider = Time,
        Happened = Events.Enqueue,
    };

    public ChildSpec Spec(string name, RestartKind restart = RestartKind.Permanent, Watchdog? watchdog = null) =>
        new(name, _ => Start(name)) { Restart = restart, Watchdog = watchdog };

    /// <summary>The next start of a child fails.</summary>
    public void FailNextStart(string name) => _failures.GetOrAdd(name, _ => new Queue<Exception>()).Enqueue(new IOException("no"));

    public Puppet Of(string name) => _running[name];

    /// <summary>Ends a child and waits until what follows from it has happened: a number of starts and stops.</summary>
    public async Task End(string name, int code, int following)
    {
        int told = Story.Count;
        Of(name).End(code);
        await Waiting.Until(() => Story.Count >= told + following, () => string.Join(' ', Story));
    }

    /// <summary>What was told since, in one line.</summary>
    public string Tell()
    {
        string told = string.Join(' ', Story);
        Story.Clear();
        return told;
    }

    private ValueTask<ISupervised> Start(string name)
    {
        if (_failures.TryGetValue(name, out Queue<Exception>? failures) && failures.TryDequeue(out Exception? failure))
        {
            Story.Enqueue($"!{name}");
            return ValueTask.FromException<ISupervised>(failure);
        }

        Puppet puppet = new(name, this);
        _running[name] = puppet;
        Story.Enqueue($"+{name}");
        return ValueTask.FromResult<ISupervised>(puppet);
    }
}
