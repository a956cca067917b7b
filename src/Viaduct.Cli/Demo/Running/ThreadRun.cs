using Viaduct.Cli.Demo.Input;
using Viaduct.Cli.Demo.Reporting;
using Viaduct.Cli.Demo.Roles;
using Viaduct.Cli.Demo.Work;
using Viaduct.Cli.Output;

namespace Viaduct.Cli.Demo.Running;

/// <summary>The first run: reader, workers and merger are threads of this process.</summary>
internal sealed class ThreadRun
{
    private readonly InputPlan _plan;
    private readonly long _total;
    private readonly int _workers;
    private readonly ProgressLine _progress;

    /// <summary>Makes the run.</summary>
    /// <param name="plan">The input.</param>
    /// <param name="total">How many events it has.</param>
    /// <param name="workers">How many threads work.</param>
    /// <param name="progress">Shows how far it is.</param>
    public ThreadRun(InputPlan plan, long total, int workers, ProgressLine progress)
    {
        _plan = plan;
        _total = total;
        _workers = workers;
        _progress = progress;
    }

    /// <summary>Does the job.</summary>
    /// <param name="cancellationToken">Ends it early.</param>
    public RunReport Run(CancellationToken cancellationToken)
    {
        string? givenUp = null;
        ProducerOptions options = new()
        {
            Distribution = Distribution.LeastLoaded,
            MaxAttempts = DemoChannels.MaxAttempts,
            OnDeadLetter = letter => givenUp = $"event {letter.Sequence} was given up after {letter.Attempts} attempts.",
        };
        using Node node = Node.Join(new NodeOptions { Name = "demo", Domain = "demo", LocalDiscovery = false });
        using Producer<ReadOnlyMemory<byte>> producer = node.OpenProducer(DemoChannels.Events(Context.Auto), options);
        using Server<ReadOnlyMemory<byte>, long> server = node.OpenServer(DemoChannels.Results(Context.Auto));
        using MergedResult merged = new();
        using DemoThreads threads = new(cancellationToken);
        using CancellationTokenSource finished = CancellationTokenSource.CreateLinkedTokenSource(threads.Failed);

        Thread[] workers = [.. Enumerable.Range(1, _workers).Select(number => threads.Start($"demo worker {number}", failed => Work(node, failed)))];
        Thread merging = threads.Start("demo merger", _ => new ResultMerger(server, merged).Run(finished.Token));
        Meet(producer, threads);
        Meet(server, threads);
        IReadOnlyList<RouteTaken> routes = [.. RouteTaken.Of(producer).Union(RouteTaken.Of(server))];
        RouteTaken.Check("a thread", Route.InProcess, routes);

        EventReader reader = new(producer, _plan, _total);
        double seconds = 0;
        Thread reading = threads.Start("demo reader", failed => seconds = reader.Run(failed));
        while (!reading.Join(TimeSpan.FromMilliseconds(50)))
        {
            _progress.Show("thread", merged.Events, _total, merged.Bytes);
        }

        Array.ForEach(workers, worker => worker.Join());
        finished.Cancel();
        merging.Join();
        threads.ThrowIfFailed();
        return new RunReport
        {
            Distance = "thread",
            Route = Words.Of(Route.InProcess),
            Reasons = [.. routes.Select(route => route.Reason)],
            Place = "threads of one process",
            Workers = _workers,
            Messages = merged.Events,
            Bytes = merged.Bytes,
            Seconds = seconds,
            P50Ns = merged.Latencies.Percentile(0.50),
            P99Ns = merged.Latencies.Percentile(0.99),
            Killed = 0,
            Redelivered = producer.Counters.Redelivered,
            Lost = givenUp is null ? _total - merged.Events : throw new DemoFailedException(givenUp),
            Duplicated = merged.Duplicates,
            Result = merged.Finish(),
        };
    }

    private static void Work(Node node, CancellationToken cancellationToken)
    {
        using Client<ReadOnlyMemory<byte>, long> merger = node.OpenClient(DemoChannels.Results(Context.Auto));
        using Consumer<ReadOnlyMemory<byte>> events = node.OpenConsumer(DemoChannels.Events(Context.Auto));
        new EventWorker(events, merger).Run(cancellationToken);
    }

    private void Meet(ISocket socket, DemoThreads threads)
    {
        if (!socket.WaitForPeers(_workers, TimeSpan.FromSeconds(10), threads.Failed))
        {
            throw new DemoFailedException($"only {socket.Peers.Count} of {_workers} workers met the {socket.Role} within 10 s.");
        }
    }
}
