using System.Globalization;
using System.Net;
using Viaduct.Cli.Demo.Work;

namespace Viaduct.Cli.Demo.Roles;

/// <summary>A process of the demo: does its part and reports.</summary>
internal static class RoleProcess
{
    private static readonly TimeSpan s_reportInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a connection that broke may take to come back. Here only killed processes break one, and they do not come back.</summary>
    private static readonly TimeSpan s_reconnectWindow = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_meetingTime = TimeSpan.FromSeconds(30);

    /// <summary>Takes the order from standard input and follows it.</summary>
    /// <returns>The exit code.</returns>
    public static int Run()
    {
        ParentLink parent = ParentLink.Open(out RoleOrder order);
        try
        {
            using Node node = Node.Join(OptionsOf(order));
            NodeTroubles troubles = new(node);
            switch (order.Role)
            {
                case DemoRole.Reader:
                    Read(node, order, parent);
                    break;
                case DemoRole.Merger:
                    Merge(node, order, parent);
                    break;
                default:
                    Work(node, order, parent, troubles);
                    break;
            }

            return ExitCode.Success;
        }
        catch (Exception problem) when (problem is ViaductException or DemoFailedException or CommandException or IOException
            or UnauthorizedAccessException or PlatformNotSupportedException or System.Net.Sockets.SocketException)
        {
            bool lost = problem is PeerLostException;
            parent.Report(new RoleReport { Kind = lost ? RoleReportKind.PeerLost : RoleReportKind.Failed, Error = problem.Message });
            return lost ? ExitCode.PeerLost : ExitCode.Failure;
        }
    }

    private static NodeOptions OptionsOf(RoleOrder order)
    {
        NodeOptions options = new()
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"{order.Role}-{order.Number}").ToLowerInvariant(),
            Domain = "demo",
            RuntimeDirectory = order.RuntimeDirectory,
            Listen = order.Listen is { } address ? IPEndPoint.Parse(address) : null,
            AllowPlaintext = order.AllowPlaintext,
            ReconnectWindow = s_reconnectWindow,
        };
        foreach (string peer in order.Peers)
        {
            options.Peers.Add(peer);
        }

        return options;
    }

    private static void Read(Node node, RoleOrder order, ParentLink parent)
    {
        string? givenUp = null;
        ProducerOptions options = new()
        {
            Distribution = Distribution.LeastLoaded,
            MaxAttempts = DemoChannels.MaxAttempts,
            OnDeadLetter = letter => givenUp = $"event {letter.Sequence} was given up after {letter.Attempts} attempts.",
        };
        using Producer<ReadOnlyMemory<byte>> producer = node.OpenProducer(DemoChannels.Events(order.Context), options);
        EventReader reader = new(producer, order.Plan!, order.Total)
        {
            HalfWay = () => parent.Report(new RoleReport { Kind = RoleReportKind.HalfWay }),
            BeforeLast = () => parent.WaitFor(ParentWords.Continue),
        };
        RoleReport Report(RoleReportKind kind, double seconds = 0) => new()
        {
            Kind = kind,
            Listen = node.ListenAddress?.ToString(),
            Events = reader.Sent,
            Redelivered = producer.Counters.Redelivered,
            Seconds = seconds,
            Routes = RouteTaken.Of(producer),
        };

        parent.Report(Report(RoleReportKind.Ready));
        parent.WaitFor(ParentWords.Go);
        double seconds;
        using (new Repeating(s_reportInterval, () => parent.Report(Report(RoleReportKind.Progress))))
        {
            seconds = reader.Run(CancellationToken.None);
        }

        if (givenUp is not null)
        {
            throw new DemoFailedException(givenUp);
        }

        parent.Report(Report(RoleReportKind.Done, seconds));
    }

    private static void Merge(Node node, RoleOrder order, ParentLink parent)
    {
        using Server<ReadOnlyMemory<byte>, long> server = node.OpenServer(DemoChannels.Results(order.Context));
        using MergedResult merged = new();
        using CancellationTokenSource finished = new();
        RoleReport Report(RoleReportKind kind) => new()
        {
            Kind = kind,
            Listen = node.ListenAddress?.ToString(),
            Events = merged.Events,
            Bytes = merged.Bytes,
            Routes = RouteTaken.Of(server),
        };

        parent.Report(Report(RoleReportKind.Ready));
        using (new Repeating(s_reportInterval, () => parent.Report(Report(RoleReportKind.Progress))))
        {
            new Thread(() =>
            {
                parent.WaitFor(ParentWords.Finish);
                finished.Cancel();
            })
            { IsBackground = true, Name = "demo finish" }.Start();
            new ResultMerger(server, merged).Run(finished.Token);
        }

        parent.Report(Report(RoleReportKind.Done) with
        {
            Duplicates = merged.Duplicates,
            Result = merged.Finish(),
            P50 = merged.Latencies.Percentile(0.50),
            P99 = merged.Latencies.Percentile(0.99),
        });
    }

    private static void Work(Node node, RoleOrder order, ParentLink parent, NodeTroubles troubles)
    {
        using Client<ReadOnlyMemory<byte>, long> merger = node.OpenClient(DemoChannels.Results(order.Context));
        if (!merger.WaitForPeers(1, s_meetingTime))
        {
            throw new DemoFailedException($"the merger was not met within {s_meetingTime.TotalSeconds} s{troubles.Latest}");
        }

        // Only now: events that came before could not be answered for.
        using Consumer<ReadOnlyMemory<byte>> events = node.OpenConsumer(DemoChannels.Events(order.Context));
        if (!events.WaitForPeers(1, s_meetingTime))
        {
            throw new DemoFailedException($"the reader was not met within {s_meetingTime.TotalSeconds} s{troubles.Latest}");
        }

        IReadOnlyList<RouteTaken> routes = [.. RouteTaken.Of(events), .. RouteTaken.Of(merger)];
        parent.Report(new RoleReport { Kind = RoleReportKind.Ready, Routes = routes });
        new EventWorker(events, merger).Run(CancellationToken.None);
        parent.Report(new RoleReport { Kind = RoleReportKind.Done });
    }
}
