using System.Runtime.ExceptionServices;
using Viaduct.Rpc;

namespace Viaduct.Supervision;

/// <summary>Carries out the calls of an isolated service in this very process: as many objects as there would be processes, each with threads of its own.</summary>
internal sealed class InProcessWorkers : IWorkers
{
    private readonly List<(ServiceHost Host, object Service)> _served = [];

    /// <summary>Makes the objects and serves them.</summary>
    public InProcessWorkers(Node node, string key, string channel, IsolateOptions options)
    {
        try
        {
            for (int i = 0; i < options.Instances; i++)
            {
                _served.Add(IsolatedServices.Serve(key, node, options.ForServing(channel, Context.Thread)));
            }
        }
        catch
        {
            _ = End();
            throw;
        }
    }

    /// <inheritdoc/>
    public long Started => 0;

    /// <inheritdoc/>
    public WorkerExit? LastExit => null;

    /// <inheritdoc/>
    public IReadOnlyList<WorkerReport> Report() => [];

    /// <inheritdoc/>
    public async Task StopAsync(Func<Task> close)
    {
        await close().ConfigureAwait(false);
        if (await Task.Run(End).ConfigureAwait(false) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
        }
    }

    /// <summary>Ends all of them, also behind one whose object throws; the first that was thrown.</summary>
    private Exception? End()
    {
        Exception? first = null;
        foreach ((ServiceHost host, object service) in _served)
        {
            try
            {
                IsolatedServices.End(host, service);
            }
            catch (Exception error)
            {
                first ??= error;
            }
        }

        return first;
    }
}
