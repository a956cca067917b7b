using System.Net;
using Viaduct.Benchmarks.Messages;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Systems;

/// <summary>Viaduct itself, as a program would use it. One node a process; a channel there and one back, or one for calls.</summary>
internal sealed class ViaductSystem : IBenchSystem
{
    public const string Key = "viaduct";

    /// <summary>The variant that writes messages in loaned memory.</summary>
    public const string LoanName = "loan";

    private static readonly TimeSpan s_meetTimeout = TimeSpan.FromSeconds(15);

    private readonly WorkerArguments _arguments;
    private readonly Node _node;

    public ViaductSystem(WorkerArguments arguments)
    {
        _arguments = arguments;
        var options = new NodeOptions
        {
            RuntimeDirectory = Path.Combine(arguments.Directory, "runtime"),
            LocalDiscovery = arguments.Distance != Distance.Machine,
        };
        if (arguments.Distance == Distance.Machine)
        {
            (int own, int other) = arguments.Role == Role.A
                ? (arguments.PortA, arguments.PortB)
                : (arguments.PortB, arguments.PortA);
            options.Listen = new IPEndPoint(IPAddress.Loopback, own);
            options.Peers.Add($"{IPAddress.Loopback}:{other}");
        }

        _node = Node.Join(options);
    }

    private Context Context => _arguments.Distance switch
    {
        Distance.Thread => Context.Thread,
        Distance.Process => Context.LocalProcess,
        _ => Context.DistributedProcess,
    };

    // A blocking call's waiting is chosen by its socket; an awaited one never spins without end.
    private WaitMode Wait => _arguments.Wait switch
    {
        WaitKind.Spin => WaitMode.Spin,
        WaitKind.Sleep => WaitMode.Sleep,
        _ => WaitMode.Adaptive,
    };

    private bool IsAsync => _arguments.Wait == WaitKind.Async;

    public Side Open(Role role)
    {
        if (_arguments.Pattern == Pattern.ClientServer)
        {
            return role == Role.A ? OpenClient() : OpenServer();
        }

        if (_arguments.Pattern == Pattern.PublishSubscribe)
        {
            return role == Role.A ? OpenPublisher() : OpenSubscribers();
        }

        if (_arguments.Variant.Selected > 0)
        {
            return OpenSelected(role);
        }

        if (_arguments.Variant.Producers > 0 || _arguments.Variant.Consumers > 0)
        {
            return OpenMany<Message8>(role);
        }

        return _arguments.Size switch
        {
            8 when !_arguments.Variant.Loan => OpenStructs<Message8>(role),
            64 when !_arguments.Variant.Loan => OpenStructs<Message64>(role),
            _ => OpenBytes(role),
        };
    }

    public void Dispose() => _node.Dispose();

    private Side OpenStructs<T>(Role role)
        where T : unmanaged, IMessage<T>
    {
        var ends = new ViaductEnds<T>(OpenProducer<T>(role), OpenConsumer<T>(role));
        ends.Meet(s_meetTimeout);
        if (_arguments.Variant.Batch)
        {
            return new ViaductBatchSide<T>(role, ends);
        }

        if (_arguments.Variant.Threads > 0)
        {
            IEnumerable<ViaductEnds<T>> team = Enumerable.Repeat(ends, _arguments.Variant.Threads);
            return IsAsync
                ? new AsyncTeamSide<ViaductStructAsyncEnd<T>, T>(role, team.Select(static ends => new ViaductStructAsyncEnd<T>(ends)), ends)
                : new TeamSide<ViaductStructEnd<T>>(role, team.Select(static ends => new ViaductStructEnd<T>(ends)), ends);
        }

        return IsAsync
            ? new AsyncSide<ViaductStructAsyncEnd<T>, T>(role, new ViaductStructAsyncEnd<T>(ends), ends)
            : new SyncSide<ViaductStructEnd<T>>(role, new ViaductStructEnd<T>(ends), ends);
    }

    private Side OpenBytes(Role role)
    {
        var ends = new ViaductEnds<ReadOnlyMemory<byte>>(
            OpenProducer<ReadOnlyMemory<byte>>(role), OpenConsumer<ReadOnlyMemory<byte>>(role));
        ends.Meet(s_meetTimeout);
        var content = new Content(_arguments.Touched);
        if (_arguments.Variant.Loan)
        {
            return new SyncSide<ViaductLoanEnd>(role, new ViaductLoanEnd(ends, _arguments.Size, content), ends);
        }

        return IsAsync
            ? new AsyncSide<ViaductBytesAsyncEnd, Lease<ReadOnlyMemory<byte>>>(
                role, new ViaductBytesAsyncEnd(ends, _arguments.Size, content), ends)
            : new SyncSide<ViaductBytesEnd>(role, new ViaductBytesEnd(ends, _arguments.Size, content), ends);
    }

    private SyncSide<ViaductManyEnd<T>> OpenMany<T>(Role role)
        where T : unmanaged, IMessage<T>
    {
        int producers = Math.Max(1, _arguments.Variant.Producers);
        int consumers = Math.Max(1, _arguments.Variant.Consumers);
        var sockets = new ViaductMany<T>(
            Enumerable.Range(0, role == Role.A ? producers : 1).Select(_ => OpenProducer<T>(role)),
            Enumerable.Range(0, role == Role.A ? 1 : consumers).Select(_ => OpenConsumer<T>(role)));
        sockets.Meet(role == Role.A ? 1 : producers, role == Role.A ? consumers : 1, s_meetTimeout);
        return new SyncSide<ViaductManyEnd<T>>(role, new ViaductManyEnd<T>(sockets), sockets);
    }

    private SyncSide<ViaductSelectEnd> OpenSelected(Role role)
    {
        ViaductEnds<Message8>[] ends =
        [
            .. Enumerable.Range(0, _arguments.Variant.Selected).Select(number =>
                new ViaductEnds<Message8>(OpenProducer<Message8>(role, number), OpenConsumer<Message8>(role, number))),
        ];
        Array.ForEach(ends, end => end.Meet(s_meetTimeout));
        var selection = new ViaductSelection(ends, Wait);
        return new SyncSide<ViaductSelectEnd>(role, new ViaductSelectEnd(ends, selection.Selector), selection);
    }

    private ViaductPublisherSide OpenPublisher()
    {
        Publisher<Message64> publisher = _node.OpenPublisher(
            ViaductFanOut.Published(Context), new PublisherOptions { Wait = Wait });
        ViaductEnds<Message8> turns = OpenTurns("go", "drained");
        ViaductEnds<Message64>.Meet(publisher, s_meetTimeout, _arguments.Variant.Subscribers);
        turns.Meet(s_meetTimeout);
        return new ViaductPublisherSide(publisher, turns);
    }

    private ViaductSubscribersSide OpenSubscribers()
    {
        var options = new SubscriberOptions { Wait = Wait };
        Subscriber<Message64>[] subscribers =
            [.. Enumerable.Range(0, _arguments.Variant.Subscribers).Select(_ => _node.OpenSubscriber(ViaductFanOut.Published(Context), options))];
        ViaductEnds<Message8> turns = OpenTurns("drained", "go");
        foreach (Subscriber<Message64> subscriber in subscribers)
        {
            ViaductEnds<Message64>.Meet(subscriber, s_meetTimeout);
        }

        turns.Meet(s_meetTimeout);
        return new ViaductSubscribersSide(subscribers, turns);
    }

    private ViaductEnds<Message8> OpenTurns(string outgoing, string incoming) => new(
        _node.OpenProducer(ViaductFanOut.Turn(Context, outgoing), new ProducerOptions { Wait = Wait }),
        _node.OpenConsumer(ViaductFanOut.Turn(Context, incoming), new ConsumerOptions { Wait = Wait }));

    private Side OpenClient()
    {
        Client<int, int> client = _node.OpenClient(
            Calls(), new ClientOptions { Wait = Wait });
        ViaductEnds<int>.Meet(client, s_meetTimeout);
        return IsAsync
            ? new AsyncSide<ViaductClientAsyncEnd, int>(Role.A, new ViaductClientAsyncEnd(client), client)
            : new SyncSide<ViaductClientEnd>(Role.A, new ViaductClientEnd(client), client);
    }

    private Side OpenServer()
    {
        Server<int, int> server = _node.OpenServer(
            Calls(), new ServerOptions { Wait = Wait });
        ViaductEnds<int>.Meet(server, s_meetTimeout);
        return IsAsync
            ? new AsyncSide<ViaductServerAsyncEnd, Request<int, int>>(Role.B, new ViaductServerAsyncEnd(server), server)
            : new SyncSide<ViaductServerEnd>(Role.B, new ViaductServerEnd(server), server);
    }

    private Producer<T> OpenProducer<T>(Role role, int number = 0) => _node.OpenProducer(
        Channel<T>(from: role, number), new ProducerOptions { Wait = Wait });

    private Consumer<T> OpenConsumer<T>(Role role, int number = 0) => _node.OpenConsumer(
        Channel<T>(from: role == Role.A ? Role.B : Role.A, number),
        new ConsumerOptions { Wait = Wait });

    private ChannelSpec<T> Channel<T>(Role from, int number) => new(from == Role.A ? $"there{number}" : $"back{number}")
    {
        Topology = from == Role.B ? Topology.OneToOne : (_arguments.Variant.Producers > 0, _arguments.Variant.Consumers > 0) switch
        {
            (false, false) => Topology.OneToOne,
            (true, false) => Topology.ManyToOne,
            (false, true) => Topology.OneToMany,
            _ => Topology.ManyToMany,
        },
        Context = Context,
        Capacity = Depth.For(_arguments.Size),
    };

    private CallSpec<int, int> Calls() => new("calls")
    {
        Topology = Topology.OneToOne,
        Context = Context,
        Capacity = Depth.For(_arguments.Size),
    };
}
