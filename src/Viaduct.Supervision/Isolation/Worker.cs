using Viaduct.Nodes;

namespace Viaduct.Supervision;

/// <summary>One process of an isolated service. Thread-safe: what is written later is written once, and read anywhere.</summary>
internal sealed class Worker(ChildProcess process)
{
    private Peer? _warmedUp;
    private volatile Peer? _reached;
    private volatile bool _diedAtWork;

    /// <summary>The process.</summary>
    public ChildProcess Process { get; } = process;

    /// <summary>What goes on between it and this process. Its end tells it to end. Null for one that had ended as soon as it was started. Written before anybody is told of the process.</summary>
    public Session? Session { get; set; }

    /// <summary>Completes when the process has ended, and those who want to know were told.</summary>
    public TaskCompletionSource Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The service in it, once it was reached: calls go to it; null before.</summary>
    public Peer? Reached
    {
        get => _reached;
        set => _reached = value;
    }

    /// <summary>It ended while it may have been at a caller's call, which is no failure to start. Known when its <see cref="Session"/> has ended.</summary>
    public bool DiedAtWork
    {
        get => _diedAtWork;
        set => _diedAtWork = value;
    }

    /// <summary>The service in it, once it was reached and the first calls have come back; null before. A release where it is written pairs with the acquire where it is read.</summary>
    public Peer? WarmedUp
    {
        get => Volatile.Read(ref _warmedUp);
        set => Volatile.Write(ref _warmedUp, value);
    }
}
