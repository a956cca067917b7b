using Viaduct.Tests.Support;

namespace Viaduct.TestPeer;

/// <summary>One operation again and again until the process is killed; the ledger says how far it came.</summary>
internal sealed class Toil(Ledger ledger, Action<string> report)
{
    private const int Small = 40;
    private const int Large = 20_000;
    private const int Batch = 16;
    private const int Held = 8;

    /// <summary>Does with a socket what the manner says; with a selector, with whichever of the sockets is ready.</summary>
    public void Work(ISocket[] sockets, string manner, long first)
    {
        switch (sockets[0])
        {
            case Sender<ReadOnlyMemory<byte>> sender when manner.EndsWith("select", StringComparison.Ordinal):
                SendSelected(sender, sockets, manner, first);
                break;
            case Receiver<ReadOnlyMemory<byte>> when manner.EndsWith("select", StringComparison.Ordinal):
                ReceiveSelected(sockets, manner);
                break;
            case Sender<ReadOnlyMemory<byte>> sender when manner.StartsWith("await", StringComparison.Ordinal):
                SendAwaitedAsync(sender, first).GetAwaiter().GetResult();
                break;
            case Receiver<ReadOnlyMemory<byte>> receiver when manner.StartsWith("await", StringComparison.Ordinal):
                ReceiveAwaitedAsync(receiver, manner).GetAwaiter().GetResult();
                break;
            case Client<long, long> client when manner == "await":
                CallAwaitedAsync(client, first).GetAwaiter().GetResult();
                break;
            case Server<long, long> server when manner == "await":
                ServeAwaitedAsync(server).GetAwaiter().GetResult();
                break;
            case Sender<ReadOnlyMemory<byte>> sender:
                Send(sender, manner, first);
                break;
            case Receiver<ReadOnlyMemory<byte>> receiver:
                Receive(receiver, manner);
                break;
            case Client<long, long> client:
                Call(client, first);
                break;
            case Server<long, long> server:
                Serve(server);
                break;
            default:
                throw new ArgumentException($"No work with {sockets[0]}.");
        }
    }

    /// <summary>Joins with a node of its own, meets somebody, passes one message and leaves: the whole of the handshake, again and again.</summary>
    public void Greet(NodeOptions options, string role, string channel, SocketDescription description, long first)
    {
        var messages = new PayloadTemplates(Small);
        report("ready");
        for (long id = first; !ledger.IsFull; id++)
        {
            using Node node = Node.Join(options);
            using ISocket socket = description.Open(node, role, channel);
            socket.WaitForPeersAsync(1).AsTask().Wait();
            switch (socket)
            {
                case Sender<ReadOnlyMemory<byte>> sender:
                    sender.Send(messages[id]);
                    ledger.Add(LedgerMark.Sent, id);
                    break;
                case Receiver<ReadOnlyMemory<byte>> receiver:
                    ledger.Add(LedgerMark.Consumed, Payload.Read(receiver.Receive().Span));
                    break;
                case Client<long, long> client:
                    Answered(client, id);
                    break;
            }
        }
    }

    private void Send(Sender<ReadOnlyMemory<byte>> sender, string manner, long first)
    {
        var messages = new PayloadTemplates(manner == "small" || manner == "batch" ? Small : Large);
        var batch = new ReadOnlyMemory<byte>[Batch];
        var loans = new Queue<Loan>();
        report("ready");
        for (long id = first; !ledger.IsFull;)
        {
            switch (manner)
            {
                case "small" or "large":
                    sender.Send(messages[id]);
                    break;
                case "mixed":
                    sender.Send(Payload.Create(id, Payload.SizeOf(id)));
                    break;
                case "batch":
                    for (int i = 0; i < Batch; i++)
                    {
                        batch[i] = messages[id + i];
                    }

                    sender.SendMany(batch);
                    for (int i = 1; i < Batch; i++)
                    {
                        ledger.Add(LedgerMark.Sent, id++);
                    }

                    break;
                case "loan":
                    using (Loan loan = sender.Loan(Large))
                    {
                        messages[id].CopyTo(loan.Span);
                        loan.Send();
                    }

                    break;
                case "loan-returned":
                    sender.Loan(Large).Dispose();
                    goto case "loan";
                case "loans-held":
                    while (loans.Count < Held)
                    {
                        loans.Enqueue(sender.Loan(Large));
                    }

                    loans.Dequeue().Dispose();
                    using (Loan loan = loans.Dequeue())
                    {
                        messages[id].CopyTo(loan.Span);
                        loan.Send();
                    }

                    break;
                default:
                    throw new ArgumentException($"There is no manner '{manner}'.");
            }

            ledger.Add(LedgerMark.Sent, id++);
        }
    }

    private void Receive(Receiver<ReadOnlyMemory<byte>> receiver, string manner)
    {
        var batch = new ReadOnlyMemory<byte>[Batch];
        var leases = new List<(Lease<ReadOnlyMemory<byte>> Lease, long Id)>();
        int most = manner is "lease" ? 1 : Held;
        report("ready");
        for (int turn = 0; !ledger.IsFull; turn++)
        {
            switch (manner)
            {
                case "copy":
                    ledger.Add(LedgerMark.Consumed, Payload.Read(receiver.Receive().Span));
                    break;
                case "batch":
                    int count = receiver.ReceiveMany(batch);
                    for (int i = 0; i < count; i++)
                    {
                        ledger.Add(LedgerMark.Consumed, Payload.Read(batch[i].Span));
                    }

                    break;
                case "lease" or "leases-held" or "leases-disordered":
                    Lease<ReadOnlyMemory<byte>> lease = receiver.ReceiveLease();
                    leases.Add((lease, Payload.Read(lease.Value.Span)));
                    ledger.Add(LedgerMark.Seen, leases[^1].Id, lease.Attempt);
                    if (leases.Count == most)
                    {
                        int index = manner == "leases-disordered" ? turn * 5 % most : 0;
                        int attempt = leases[index].Lease.Attempt;
                        leases[index].Lease.Dispose();
                        ledger.Add(LedgerMark.Consumed, leases[index].Id, attempt);
                        leases.RemoveAt(index);
                    }

                    break;
                default:
                    throw new ArgumentException($"There is no manner '{manner}'.");
            }
        }
    }

    /// <summary>Sends by <c>await</c>: whoever makes room rings the doorbell.</summary>
    private async Task SendAwaitedAsync(Sender<ReadOnlyMemory<byte>> sender, long first)
    {
        var messages = new PayloadTemplates(Small);
        report("ready");
        for (long id = first; !ledger.IsFull; id++)
        {
            await sender.SendAsync(messages[id]).ConfigureAwait(false);
            ledger.Add(LedgerMark.Sent, id);
        }
    }

    /// <summary>Receives by <c>await</c>: whoever sends rings the doorbell.</summary>
    private async Task ReceiveAwaitedAsync(Receiver<ReadOnlyMemory<byte>> receiver, string manner)
    {
        report("ready");
        while (!ledger.IsFull)
        {
            switch (manner)
            {
                case "await":
                    ledger.Add(LedgerMark.Consumed, Payload.Read((await receiver.ReceiveAsync().ConfigureAwait(false)).Span));
                    break;
                case "await-lease":
                    Lease<ReadOnlyMemory<byte>> lease = await receiver.ReceiveLeaseAsync().ConfigureAwait(false);
                    long id = Payload.Read(lease.Value.Span);
                    int attempt = lease.Attempt;
                    ledger.Add(LedgerMark.Seen, id, attempt);
                    lease.Dispose();
                    ledger.Add(LedgerMark.Consumed, id, attempt);
                    break;
                default:
                    throw new ArgumentException($"There is no manner '{manner}'.");
            }
        }
    }

    /// <summary>Sends when a selector says that there is room; of its other sockets none is ever ready.</summary>
    private void SendSelected(Sender<ReadOnlyMemory<byte>> sender, ISocket[] sockets, string manner, long first)
    {
        using var selector = new Selector(new SelectorOptions { Wait = WaitMode.Sleep }, sockets);
        var messages = new PayloadTemplates(Small);
        report("ready");
        for (long id = first; !ledger.IsFull;)
        {
            if (Select(selector, manner) == 0 && sender.TrySend(messages[id]))
            {
                ledger.Add(LedgerMark.Sent, id++);
            }
        }
    }

    /// <summary>Receives from whichever socket a selector names.</summary>
    private void ReceiveSelected(ISocket[] sockets, string manner)
    {
        using var selector = new Selector(new SelectorOptions { Wait = WaitMode.Sleep }, sockets);
        report("ready");
        while (!ledger.IsFull)
        {
            int ready = Select(selector, manner);
            if (((Receiver<ReadOnlyMemory<byte>>)sockets[ready]).TryReceive(out ReadOnlyMemory<byte> message))
            {
                ledger.Add(LedgerMark.Consumed, Payload.Read(message.Span), socket: ready);
            }
        }
    }

    private static int Select(Selector selector, string manner) => manner switch
    {
        "select" => selector.Wait(),
        "await-select" => selector.WaitAsync().AsTask().GetAwaiter().GetResult(),
        _ => throw new ArgumentException($"There is no manner '{manner}'."),
    };

    private async Task CallAwaitedAsync(Client<long, long> client, long first)
    {
        report("ready");
        for (long id = first; !ledger.IsFull; id++)
        {
            Note(id, await client.CallAsync(id).ConfigureAwait(false));
        }
    }

    private async Task ServeAwaitedAsync(Server<long, long> server)
    {
        report("ready");
        while (!ledger.IsFull)
        {
            using Request<long, long> request = await server.ReceiveAsync().ConfigureAwait(false);
            ledger.Add(LedgerMark.Seen, request.Value);
            request.Reply(request.Value * 2);
        }
    }

    private void Call(Client<long, long> client, long first)
    {
        report("ready");
        for (long id = first; !ledger.IsFull; id++)
        {
            Answered(client, id);
        }
    }

    private void Answered(Client<long, long> client, long id) => Note(id, client.Call(id));

    private void Note(long id, long reply)
    {
        if (reply != 2 * id)
        {
            throw new InvalidDataException($"{id} was answered with {reply}.");
        }

        ledger.Add(LedgerMark.Sent, id);
    }

    private void Serve(Server<long, long> server)
    {
        report("ready");
        while (!ledger.IsFull)
        {
            using Request<long, long> request = server.Receive();
            ledger.Add(LedgerMark.Seen, request.Value);
            request.Reply(request.Value * 2);
        }
    }
}
