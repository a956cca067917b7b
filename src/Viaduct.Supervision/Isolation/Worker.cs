using Viaduct.Nodes;

namespace Viaduct.Supervision;

/// <summary>One process of an isolated service. Guarded by the pool's lock.</summary>
internal sealed class Worker(ChildProcess process, Session? session)
{
    private Peer? _warmedUp;

    /// <summary>The process.</summary>
    public ChildProcess Process { get; } = process;

    /// <summary>What goes on between it and this process. Its end tells it to end. Null for one that had ended as soon as it was started.</summary>
    public Session? Session { get; } = session;

    /// <summary>Completes when the process has ended, and those who want to know were told.</summary>
    public TaskCompletionSource Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The service in it was reached: calls go to it, so that what ends it from now on is no failure to start.</summary>
    public bool IsReached { get; set; }

    /// <summary>What the user had called first runs in it: what ends it meanwhile would do so again and again.</summary>
    public bool IsWarming { get; set; }

    /// <summary>
    /// The service in it, once it was reached and the first calls have come back; null before. Written once, read anywhere: a release there pairs with an acquire here.
    /// </summary>
    public Peer? WarmedUp
    {
        get => Volatile.Read(ref _warmedUp);
        set => Volatile.Write(ref _warmedUp, value);
    }
}
