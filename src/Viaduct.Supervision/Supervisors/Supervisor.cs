using System.Collections.Immutable;
using System.Threading.Channels;

namespace Viaduct.Supervision;

/// <summary>
/// Keeps children running, as supervisors of Erlang/OTP do: starts them in order, restarts what ends by strategy and intensity, gives up to the
/// supervisor above when that does not help, and stops them in reverse order. Thread-safe.
/// </summary>
/// <remarks>One loop does everything, so that no two things happen to a child at once. Children are of any kind (<see cref="ISupervised"/>).</remarks>
public sealed partial class Supervisor : ISupervised, IAsyncDisposable
{
    private readonly SupervisorOptions _options;
    private readonly Supervisor? _parent;
    private readonly Channel<Func<Task>> _work = Channel.CreateUnbounded<Func<Task>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource<ExitReason> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _started;

    /// <summary>Cancelled when the supervisor shall end, so that a start that is under way does not delay it.</summary>
    private readonly CancellationTokenSource _ending = new();

    /// <summary>When restarts happened, within the time over which they are counted; the loop only.</summary>
    private readonly Queue<long> _restarts = new();

    /// <summary>The children in the order in which they start; changed by the loop only, as a whole.</summary>
    private ImmutableArray<SupervisedSlot> _slots = [];

    /// <summary>The end of the time for stopping, on the supervisor's clock; 0 = each child has its own grace. The loop only.</summary>
    private long _deadline;

    private Supervisor(SupervisorOptions options, Supervisor? parent, string name)
    {
        _options = options;
        _parent = parent;
        Time = options.TimeProvider;
        _started = Time.GetTimestamp();
        Name = parent is null ? name : $"{parent.Name}/{name}";
    }

    /// <summary>Its name, behind those of the supervisors above it: <c>machine/printers</c>.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    /// <remarks>A supervisor that was stopped has <see cref="ExitKind.Exited"/> with code 0, one that gave up <see cref="ExitKind.GaveUp"/>.</remarks>
    public Task<ExitReason> Exited => _exited.Task;

    /// <summary>The clock.</summary>
    internal TimeProvider Time { get; }

    /// <summary>Starts a supervisor and, in order, its children.</summary>
    /// <param name="options">How it treats its children.</param>
    /// <param name="children">Its children; none is fine, since more can be added.</param>
    /// <param name="cancellationToken">Cancels the start: what was started is stopped again.</param>
    /// <returns>The supervisor, all of whose children were ready once.</returns>
    /// <exception cref="SupervisionException">A child could not be started; those before it were stopped again.</exception>
    /// <exception cref="ArgumentException">Two children have the same name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<Supervisor> StartAsync(
        SupervisorOptions options, IEnumerable<ChildSpec> children, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(children);
        return StartAsync(options, children, null, options.Name, cancellationToken);
    }

    /// <summary>Adds a child behind the others and starts it.</summary>
    /// <exception cref="SupervisionException">It could not be started, and was not added; or the supervisor has ended.</exception>
    /// <exception cref="ArgumentException">There is a child of this name.</exception>
    public async ValueTask AddAsync(ChildSpec child)
    {
        ArgumentNullException.ThrowIfNull(child);
        child.Check();
        await Ask(() => AddAndStart(child)).ConfigureAwait(false);
    }

    /// <summary>Stops a child and takes it out.</summary>
    /// <returns>Whether there was one of this name.</returns>
    /// <exception cref="SupervisionException">The supervisor has ended.</exception>
    public async ValueTask<bool> RemoveAsync(string name)
    {
        bool found = false;
        await Ask(async () =>
        {
            if (_slots.FirstOrDefault(slot => slot.Name == name) is { } slot)
            {
                found = true;
                await StopChild(slot).ConfigureAwait(false);
                _slots = _slots.Remove(slot);
            }
        }).ConfigureAwait(false);
        return found;
    }

    /// <summary>Where everything below stands now.</summary>
    public SupervisorReport Report() => new(Name, _options.Strategy, [.. _slots.Select(static slot => slot.Report())]);

    /// <summary>Stops the children in reverse order, each with its own grace.</summary>
    public async ValueTask StopAsync()
    {
        Stop(0);
        await Exited.ConfigureAwait(false);
    }

    /// <summary>Stops the children in reverse order, each with its own grace, but all of them within one.</summary>
    /// <param name="grace">How long they have together; zero = end all at once.</param>
    /// <returns>A task that completes when all have ended.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The grace is negative or above 24 days.</exception>
    public async ValueTask StopAsync(TimeSpan grace)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grace, TimeSpan.FromDays(24));
        Stop(Math.Max(1, Time.GetTimestamp() + (long)(grace.TotalSeconds * Time.TimestampFrequency)));
        await Exited.ConfigureAwait(false);
    }

    /// <summary>Stops as <see cref="StopAsync()"/> does. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    /// <inheritdoc cref="StartAsync(SupervisorOptions, IEnumerable{ChildSpec}, CancellationToken)"/>
    internal static async ValueTask<Supervisor> StartAsync(
        SupervisorOptions options, IEnumerable<ChildSpec> children, Supervisor? parent, string name, CancellationToken cancellationToken)
    {
        options.Check();
        ChildSpec[] specs = [.. children];
        Array.ForEach(specs, static spec => spec.Check());
        Supervisor supervisor = new(options, parent, name);
        _ = Task.Run(supervisor.Run, CancellationToken.None);
        try
        {
            foreach (ChildSpec spec in specs)
            {
                await supervisor.Ask(() => supervisor.AddAndStart(spec)).WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            return supervisor;
        }
        catch
        {
            await supervisor.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void Stop(long deadline)
    {
        try
        {
            _ending.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It was stopped and disposed already.
        }

        _work.Writer.TryWrite(async () =>
        {
            _deadline = deadline;
            await End(new ExitReason { Kind = ExitKind.Exited, Time = Time.GetUtcNow(), Uptime = Time.GetElapsedTime(_started) }).ConfigureAwait(false);
        });
    }

    /// <summary>Has the loop do something, and waits for it.</summary>
    private async Task Ask(Func<Task> work)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool taken = _work.Writer.TryWrite(async () =>
        {
            try
            {
                await work().ConfigureAwait(false);
                done.TrySetResult();
            }
            catch (Exception error)
            {
                done.TrySetException(error);
            }
        });

        // The loop ends without doing what comes after its last work.
        if (!taken || await Task.WhenAny(done.Task, Exited).ConfigureAwait(false) != done.Task && !done.Task.IsCompleted)
        {
            throw new SupervisionException($"Supervisor '{Name}' has ended: it {await Exited.ConfigureAwait(false)}. Start a new one.");
        }

        await done.Task.ConfigureAwait(false);
    }

    /// <summary>The loop: one thing after another, until the end.</summary>
    private async Task Run()
    {
        while (!_exited.Task.IsCompleted)
        {
            Func<Task> work = await _work.Reader.ReadAsync().ConfigureAwait(false);
            await work().ConfigureAwait(false);
        }
    }

    /// <summary>The end: stops all in reverse order; nothing is done afterwards.</summary>
    private async Task End(ExitReason reason)
    {
        foreach (SupervisedSlot slot in _slots.Reverse())
        {
            await StopChild(slot).ConfigureAwait(false);
        }

        _work.Writer.TryComplete();
        _exited.TrySetResult(reason);
    }

    private void Tell(SupervisedSlot slot, SupervisorEventKind kind, ExitReason? exit = null, TimeSpan delay = default) =>
        Tell(new SupervisorEvent(Time.GetUtcNow(), Name, slot.Name, kind) { Exit = exit, Delay = delay });

    private void Tell(SupervisorEvent happened)
    {
        try
        {
            _options.Happened?.Invoke(happened);
        }
        catch (Exception)
        {
            // What a listener does must not end what it listens to.
        }

        _parent?.Tell(happened);
    }
}
