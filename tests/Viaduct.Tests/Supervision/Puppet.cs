using Viaduct.Supervision;

namespace Viaduct.Tests.Supervision;

/// <summary>A child that does what a test tells it.</summary>
internal sealed class Puppet(string name, Puppets puppets) : ISupervised, IResponsive
{
    private readonly TaskCompletionSource<ExitReason> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _pings;

    public Task<ExitReason> Exited => _exited.Task;

    /// <summary>With what it was stopped; null if it was not.</summary>
    public TimeSpan? Grace { get; private set; }

    /// <summary>Whether it answers.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>How often it was asked.</summary>
    public int Pings => Volatile.Read(ref _pings);

    public void End(int code) =>
        _exited.TrySetResult(new ExitReason { Kind = ExitKind.Exited, ExitCode = code, Time = puppets.Time.GetUtcNow() });

    public ValueTask StopAsync(TimeSpan grace)
    {
        Grace = grace;
        if (!_exited.Task.IsCompleted)
        {
            puppets.Story.Enqueue($"-{name}");
            End(0);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask PingAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _pings);
        return Answers ? ValueTask.CompletedTask : new ValueTask(Task.Delay(Timeout.Infinite, cancellationToken));
    }
}
