using System.Diagnostics;
using Viaduct.Rpc;

namespace Viaduct.Supervision;

/// <summary>Carries out the calls of an isolated service in this very process: as many objects as there would be processes, each with threads of its own.</summary>
internal sealed class InProcessWorkers : IWorkers
{
    private readonly Node _node;
    private readonly string _name;
    private readonly TimeSpan _grace;
    private readonly List<(ServiceHost Host, object Service)> _served = [];

    /// <summary>Makes the objects and serves them.</summary>
    public InProcessWorkers(Node node, string key, string channel, string name, IsolateOptions options)
    {
        _node = node;
        _name = name;
        _grace = options.Grace;
        try
        {
            for (int i = 0; i < options.Instances; i++)
            {
                _served.Add(IsolatedServices.Serve(key, node, options.ForServing(channel, Context.Thread)));
            }
        }
        catch
        {
            // What they throw at their end is of no interest beside what one of them throws at its beginning.
            Task.WaitAny(EndAsync(_served));
            throw;
        }
    }

    /// <inheritdoc/>
    public long Started => 0;

    /// <inheritdoc/>
    public WorkerExit? LastExit => null;

    /// <inheritdoc/>
    public int Served => _served.Count;

    /// <inheritdoc/>
    public IReadOnlyList<WorkerReport> Report() => [];

    /// <inheritdoc/>
    public Task? ChangeUnlessReady(int count) => null;

    /// <inheritdoc/>
    public async Task StopAsync(Func<Task> close)
    {
        // A method that disposes its own service does not wait for itself: its object is disposed when it has ended. First, so that closing waits for nothing that lies behind it.
        List<(ServiceHost Host, object Service)> own = _served.FindAll(static served => served.Host.IsOnItsThread);
        _ = EndOwnAsync(own);

        // One grace for all of it, as for processes. Nothing here can be killed: what has not come to its end by then is left behind, and told.
        long began = Stopwatch.GetTimestamp();
        Task closing = close();
        await closing.WaitAsync(_grace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        TimeSpan left = _grace - Stopwatch.GetElapsedTime(began);
        Task ended = Task.WhenAll(EndAsync(_served.Except(own)), closing);
        try
        {
            await ended.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!ended.IsCompleted)
        {
            _node.Raise(new NodeEvent(
                NodeEventKind.WorkerExited,
                $"'{_name}', which this process carries out itself, has not come to its end within {_grace.TotalSeconds:0.###} s: methods that still run are left behind, and their objects are disposed when they end."));
        }
    }

    /// <summary>As <see cref="EndAsync"/>, where nobody waits for it.</summary>
    private async Task EndOwnAsync(IEnumerable<(ServiceHost Host, object Service)> own)
    {
        try
        {
            await EndAsync(own).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _node.Raise(new NodeEvent(NodeEventKind.HandlerFailed, $"The end of '{_name}', which this process carries out itself, failed: {error.Message}", Error: error));
        }
    }

    /// <summary>Ends them, side by side: none waits for one that hangs, or whose object throws.</summary>
    private static Task EndAsync(IEnumerable<(ServiceHost Host, object Service)> ending) => Task.WhenAll(ending.Select(static served => Task.Factory.StartNew(
        () => IsolatedServices.End(served.Host, served.Service), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
}
