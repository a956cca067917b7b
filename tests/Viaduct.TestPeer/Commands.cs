using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Viaduct.Tests.Support;

namespace Viaduct.TestPeer;

/// <summary>What a child can be told to do. Byte messages are <see cref="Payload"/>s; calls answer twice the number.</summary>
internal sealed class Commands(Node node)
{
    private readonly ConcurrentDictionary<string, ISocket> _sockets = new();
    private readonly ConcurrentBag<Lease<ReadOnlyMemory<byte>>> _held = [];
    private readonly ConcurrentBag<Loan> _loans = [];
    private readonly ConcurrentBag<Request<long, long>> _requests = [];
    private readonly Endurance _endurance = new();
    private readonly Starvation _starvation = new();

    public string Carry(string verb, string[] words, Action<string> report)
    {
        switch (verb)
        {
            case "open": // NAME ROLE CHANNEL key=value…
                _sockets[words[0]] = new SocketDescription(words[3..]).Open(node, words[1], words[2]);
                return "";
            case "wait": // NAME COUNT
                _sockets[words[0]].WaitForPeersAsync(Int(words[1])).AsTask().Wait();
                return "";
            case "peers": // NAME
                foreach (Peer peer in _sockets[words[0]].Peers)
                {
                    report($"{peer.Route} {peer.NodeName} {peer.Reason}");
                }

                return "";
            case "close": // NAME
                _sockets[words[0]].Dispose();
                return "";
            case "send": // NAME FIRST COUNT SIZE, or SIZE 0 for sizes that follow from the identity
                return Send(Sender(words[0]), Long(words[1]), Long(words[2]), Int(words[3]), report);
            case "complete": // NAME
                Sender(words[0]).CompleteAsync().AsTask().Wait();
                return "";
            case "receive": // NAME COUNT
                return Receive(Receiver(words[0]), Int(words[1]), report);
            case "read": // NAME: everything, to the channel's end
                return ReadAll(Receiver(words[0]), report).GetAwaiter().GetResult();
            case "select": // COUNT NAME…: receives so many messages from whichever of the consumers has one
                return Select(Int(words[0]), [.. words[1..].Select(Receiver)], report);
            case "lease": // NAME COUNT: keeps them
                for (int i = 0; i < Int(words[1]); i++)
                {
                    Lease<ReadOnlyMemory<byte>> lease = Receiver(words[0]).ReceiveLease();
                    _held.Add(lease);
                    report($"{Payload.Read(lease.Value.Span)} {lease.Sequence} {lease.Attempt}");
                }

                return "";
            case "release":
                while (_held.TryTake(out Lease<ReadOnlyMemory<byte>> lease))
                {
                    lease.Dispose();
                }

                return "";
            case "loan": // NAME COUNT SIZE: keeps them
                for (int i = 0; i < Int(words[1]); i++)
                {
                    Loan loan = Sender(words[0]).Loan(Int(words[2]));
                    loan.Span.Fill((byte)i);
                    _loans.Add(loan);
                }

                return "";
            case "send-loans": // NAME FIRST COUNT SIZE
                for (long id = Long(words[1]); id < Long(words[1]) + Long(words[2]); id++)
                {
                    using Loan loan = Sender(words[0]).Loan(Int(words[3]));
                    Payload.Create(id, loan.Length).CopyTo(loan.Span);
                    loan.Send();
                }

                return "";
            case "look-on": // DIRECTORY: looks at messages of two more nodes while all of it is disposed
                StaleSpans.LookOn(words[0]);
                return "";
            case "work": // CONSUMER CLIENT: a lease ends only when its result is acknowledged
                return Work(Receiver(words[0]), (Client<long, long>)_sockets[words[1]]);
            case "send-ticks": // CHANNEL COUNT
                return Ticks.Send(node, words[0], Int(words[1]));
            case "take-orders": // CHANNEL COUNT
                return Ticks.TakeOrders(node, words[0], Int(words[1]), report);
            case "call": // NAME VALUE
                return Text(((Client<long, long>)_sockets[words[0]]).Call(Long(words[1])));
            case "serve": // NAME
                return Serve((Server<long, long>)_sockets[words[0]]);
            case "answer": // NAME COUNT: answers calls that it awaits, and says how many bytes that allocated
                return Text(Answer((Server<long, long>)_sockets[words[0]], Int(words[1])).GetAwaiter().GetResult());
            case "echo": // CONSUMER PRODUCER COUNT: awaits messages, sends them back, and says how many bytes that allocated
                return Text(Echo(Receiver(words[0]), Sender(words[1]), Int(words[2])).GetAwaiter().GetResult());
            case "take": // NAME COUNT: receives calls and does not answer
                return Take((Server<long, long>)_sockets[words[0]], Int(words[1]), report);
            case "endure": // NAME[,NAME…] [MANNER]: receives, sends, calls or serves for ever, whatever comes
                Endure(Sockets(words[0]), words.Length > 1 ? words[1] : "");
                return "";
            case "toil": // NAME[,NAME…] MANNER LEDGER FIRST: until it is killed
                new Toil(new Ledger(words[2]), report).Work(Sockets(words[0]), words[1], Long(words[3]));
                return "";
            case "greet": // ROLE CHANNEL DIRECTORY LEDGER FIRST key=value…: until it is killed
                new Toil(new Ledger(words[3]), report).Greet(
                    new NodeOptions { RuntimeDirectory = words[2], LingerTimeout = TimeSpan.FromMilliseconds(100) },
                    words[0],
                    words[1],
                    new SocketDescription(words[5..]),
                    Long(words[4]));
                return "";
            case "send-pictures": // CHANNEL [LEDGER FIRST key=value…]: for ever, whatever comes
                Pictures.Send(
                    node, new SocketDescription(words.Skip(3)), words[0], words.Length > 1 ? new Ledger(words[1]) : null, words.Length > 2 ? Long(words[2]) : 0, _endurance.Note);
                return "";
            case "take-pictures": // CHANNEL LEDGER key=value…: until it is killed
                Pictures.Take(node, new SocketDescription(words[2..]), words[0], new Ledger(words[1]));
                return "";
            case "note": // what the node reports counts as endured
                node.Event += _endurance.Note;
                return "";
            case "toll":
                return _endurance.Toll();
            case "footprint": // descriptors but of assemblies, threads, mappings, memory files, KiB in use
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return $"{Footprint.Descriptors().Count} {Process.GetCurrentProcess().Threads.Count} "
                    + $"{File.ReadLines("/proc/self/maps").Count()} {Footprint.MemoryFiles().Count} {Text(GC.GetTotalMemory(forceFullCollection: true) / 1024)}";
            case "memory": // what its node has
                return node.Report().Memory.ToString();
            case "starve": // until it is fed, no thread of the pool does anything else
                _starvation.Begin(report);
                return "";
            case "feed":
                _starvation.End();
                return "";
            case "record": // which points of the product's code it passes; in the program that has them
                Points.Record();
                return "";
            case "points":
                Points.Report(report);
                return "";
            case "arm": // COUNT POINT: kills itself when it passes the point for the so-manieth time
                Points.Arm(Int(words[0]), string.Join(' ', words[1..]));
                return "";
            case "memory-files":
                return string.Join(',', Footprint.MemoryFiles());
            case "descriptors":
                return Text(Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
            case "threads":
                return Text(Process.GetCurrentProcess().Threads.Count);
            case "open-many": // COUNT ROLE CHANNEL key=value…: the channels' names are numbered
                for (int i = 0; i < Int(words[0]); i++)
                {
                    _sockets[$"{words[2]}-{i}"] = new SocketDescription(words[3..]).Open(node, words[1], $"{words[2]}-{i}");
                }

                return "";
            case "cycle": // COUNT CHANNEL key=value…: opens a producer and a consumer, and closes them, again and again
                return Cycle(Int(words[0]), words[1], words[2..]);
            case "pour": // COUNT CHANNEL key=value…: the same with a consumer elsewhere
                return Pour(Int(words[0]), words[1], words[2..]);
            case "meet": // COUNT DIRECTORY: two more nodes of this process exchange a message through memory, and leave
                return Meet(Int(words[0]), words[1]);
            default:
                throw new ArgumentException($"There is no verb '{verb}'.");
        }
    }

    private void Endure(ISocket[] sockets, string manner)
    {
        switch (sockets[0])
        {
            case Sender<ReadOnlyMemory<byte>> sender:
                _endurance.Send(sender, sockets, manner);
                break;
            case Client<long, long> client:
                _endurance.Call(client);
                break;
            case Server<long, long> server:
                _endurance.Serve(server);
                break;
            default:
                _endurance.Receive((Receiver<ReadOnlyMemory<byte>>)sockets[0], sockets, manner);
                break;
        }
    }

    private static string Send(Sender<ReadOnlyMemory<byte>> sender, long first, long count, int size, Action<string> report)
    {
        for (long id = first; id < first + count; id++)
        {
            sender.Send(Payload.Create(id, size == 0 ? Payload.SizeOf(id) : size));
            report(Text(id));
        }

        return "";
    }

    private static string Receive(Receiver<ReadOnlyMemory<byte>> receiver, int count, Action<string> report)
    {
        for (int i = 0; i < count; i++)
        {
            report(Text(Payload.Read(receiver.Receive().Span)));
        }

        return "";
    }

    private static string Select(int count, Receiver<ReadOnlyMemory<byte>>[] receivers, Action<string> report)
    {
        using var selector = new Selector(new SelectorOptions { Wait = WaitMode.Sleep }, receivers);
        for (int i = 0; i < count; i++)
        {
            int index = selector.Wait();
            if (!receivers[index].TryReceive(out ReadOnlyMemory<byte> message))
            {
                throw new InvalidOperationException($"Receiver {index} was ready and had nothing.");
            }

            report($"{index} {Payload.Read(message.Span)}");
        }

        return "";
    }

    private static async Task<string> ReadAll(Receiver<ReadOnlyMemory<byte>> receiver, Action<string> report)
    {
        await foreach (ReadOnlyMemory<byte> message in receiver.ReadAllAsync())
        {
            report(Text(Payload.Read(message.Span)));
        }

        return "";
    }

    private static string Work(Receiver<ReadOnlyMemory<byte>> consumer, Client<long, long> client)
    {
        while (true)
        {
            Lease<ReadOnlyMemory<byte>> lease;
            try
            {
                lease = consumer.ReceiveLease();
            }
            catch (ChannelCompletedException)
            {
                return "";
            }

            using (lease)
            {
                client.Call(Payload.Read(lease.Value.Span));
            }
        }
    }

    private static string Serve(Server<long, long> server)
    {
        while (true)
        {
            using Request<long, long> request = server.Receive();
            request.Reply(request.Value * 2);
        }
    }

    private static async Task<long> Answer(Server<long, long> server, int count)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < count; i++)
        {
            using Request<long, long> request = await server.ReceiveAsync().ConfigureAwait(false);
            request.Reply(request.Value * 2);
        }

        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static async Task<long> Echo(Receiver<ReadOnlyMemory<byte>> receiver, Sender<ReadOnlyMemory<byte>> sender, int count)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < count; i++)
        {
            using Lease<ReadOnlyMemory<byte>> lease = await receiver.ReceiveLeaseAsync().ConfigureAwait(false);
            await sender.SendAsync(lease.Value).ConfigureAwait(false);
        }

        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private string Take(Server<long, long> server, int count, Action<string> report)
    {
        for (int i = 0; i < count; i++)
        {
            Request<long, long> request = server.Receive();
            _requests.Add(request);
            report(Text(request.Value));
        }

        return "";
    }

    private string Cycle(int count, string channel, string[] words)
    {
        var description = new SocketDescription(words);
        for (int i = 0; i < count; i++)
        {
            using var producer = (Producer<ReadOnlyMemory<byte>>)description.Open(node, "producer", channel);
            using var consumer = (Consumer<ReadOnlyMemory<byte>>)description.Open(node, "consumer", channel);
            producer.Send(Payload.Create(i, 100));
            Payload.Check(consumer.Receive().Span, i);
        }

        return "";
    }

    private string Pour(int count, string channel, string[] words)
    {
        var description = new SocketDescription(words);
        for (int i = 0; i < count; i++)
        {
            using var producer = (Producer<ReadOnlyMemory<byte>>)description.Open(node, "producer", channel);
            producer.Send(Payload.Create(i, 100));
            producer.CompleteAsync().AsTask().Wait();
        }

        return "";
    }

    private static string Meet(int count, string directory)
    {
        var options = new NodeOptions { RuntimeDirectory = directory, LingerTimeout = TimeSpan.FromSeconds(1) };
        var channel = new ChannelSpec<long>("numbers") { Context = Context.LocalProcess };
        for (int i = 0; i < count; i++)
        {
            using Node near = Node.Join(options);
            using Node far = Node.Join(options);
            using Producer<long> producer = near.OpenProducer(channel);
            using Consumer<long> consumer = far.OpenConsumer(channel);
            producer.Send(i);
            consumer.Receive();
        }

        return "";
    }

    private ISocket[] Sockets(string names) => [.. names.Split(',').Select(name => _sockets[name])];

    private Sender<ReadOnlyMemory<byte>> Sender(string name) => (Sender<ReadOnlyMemory<byte>>)_sockets[name];

    private Receiver<ReadOnlyMemory<byte>> Receiver(string name) => (Receiver<ReadOnlyMemory<byte>>)_sockets[name];

    private static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static long Long(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
