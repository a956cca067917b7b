namespace Viaduct.TestPeer;

/// <summary>Programs may not use what has ended; if they do, they read and write nonsense, but never fault.</summary>
internal static class StaleSpans
{
    private const int Size = 1 << 20;
    private const int Page = 4096;

    /// <summary>Reads a leased message and writes a loan on other threads while lease, loan, sockets and nodes are disposed one after the other.</summary>
    public static void LookOn(string directory)
    {
        foreach (Context context in new[] { Context.Thread, Context.LocalProcess })
        {
            foreach (bool lingers in new[] { false, true })
            {
                LookOn(directory, context, lingers);
            }
        }
    }

    private static void LookOn(string directory, Context context, bool lingers)
    {
        var options = new NodeOptions
        {
            RuntimeDirectory = directory,
            LingerTimeout = TimeSpan.FromMilliseconds(lingers ? 100 : 0),
            HeartbeatInterval = TimeSpan.FromMilliseconds(50),
            IdleMemoryTimeout = TimeSpan.Zero,
        };
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("bytes") { Context = context, Capacity = 4 };
        Node near = Node.Join(options);
        Node far = context == Context.Thread ? near : Node.Join(options);
        Producer<ReadOnlyMemory<byte>> producer = near.OpenProducer(channel);
        Consumer<ReadOnlyMemory<byte>> consumer = far.OpenConsumer(channel);
        Loan sent = producer.Loan(Size);
        sent.Span.Fill(7);
        sent.Send();
        Lease<ReadOnlyMemory<byte>> lease = consumer.ReceiveLease();
        Loan loan = producer.Loan(Size);

        using var stop = new CancellationTokenSource();
        using var looking = new CountdownEvent(3);
        Thread[] lookers =
        [
            Start(() => Read(lease.Value.Span, looking, stop.Token)),
            Start(() => Read(lease.Value.Span, looking, stop.Token)),
            Start(() => Write(loan.Span, looking, stop.Token)),
        ];
        looking.Wait();
        foreach (Action end in new Action[] { lease.Dispose, loan.Dispose, consumer.Dispose, producer.Dispose, far.Dispose, near.Dispose, GC.Collect })
        {
            // On a thread of its own, and with time for the lookers to meet what it left, and for idle memory to be retired.
            Thread ending = Start(end);
            ending.Join();
            Thread.Sleep(120);
        }

        stop.Cancel();
        Array.ForEach(lookers, static looker => looker.Join());
    }

    private static Thread Start(Action action)
    {
        var thread = new Thread(() => action()) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static void Read(ReadOnlySpan<byte> bytes, CountdownEvent looking, CancellationToken stop)
    {
        looking.Signal();
        int sum = 0;
        while (!stop.IsCancellationRequested)
        {
            for (int i = 0; i < bytes.Length; i += Page)
            {
                sum += bytes[i];
            }
        }

        GC.KeepAlive(sum);
    }

    private static void Write(Span<byte> bytes, CountdownEvent looking, CancellationToken stop)
    {
        looking.Signal();
        while (!stop.IsCancellationRequested)
        {
            for (int i = 0; i < bytes.Length; i += Page)
            {
                bytes[i]++;
            }
        }
    }
}
