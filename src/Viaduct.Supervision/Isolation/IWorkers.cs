namespace Viaduct.Supervision;

/// <summary>What carries out the calls of one isolated service. Thread-safe.</summary>
internal interface IWorkers
{
    /// <summary>Processes that were started so far.</summary>
    long Started { get; }

    /// <summary>How the last process ended; null while none has.</summary>
    WorkerExit? LastExit { get; }

    /// <summary>Objects that carry the calls out in this very process; 0 where processes do.</summary>
    int Served { get; }

    /// <summary>The processes there are.</summary>
    IReadOnlyList<WorkerReport> Report();

    /// <summary>What to wait for where not so many are ready, before asking again; null where they are.</summary>
    /// <exception cref="IsolationException">They are not, and calls fail, since too many processes in a row have ended before they were ready.</exception>
    Task? ChangeUnlessReady(int count);

    /// <summary>Ends all in order.</summary>
    /// <param name="close">Closes the connection to them, after which they are not called any more.</param>
    Task StopAsync(Func<Task> close);
}
