using System.Diagnostics;
using System.Globalization;
using Viaduct.Blobs;
using Viaduct.Tests.Generators;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Hostile;

/// <summary>A victim, an honest peer of it that uses two channels all along, and room for attackers.</summary>
internal sealed class Siege : IAsyncDisposable
{
    /// <summary>As the victim's program counts them.</summary>
    private const long FirstHonest = 1_000_000_000_000;

    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _over = new();
    private readonly Recorder<NodeEvent> _events = new();
    private readonly string _role;
    private Node _honest = null!;
    private Task _calls = Task.CompletedTask;
    private Task _messages = Task.CompletedTask;
    private Task _pictures = Task.CompletedTask;
    private long _answered;
    private long _passed;
    private long _seen;

    private Siege(string role)
    {
        _role = role;
    }

    public PeerProcess Victim { get; private set; } = null!;

    /// <summary>A victim whose socket of that role on the channel "attacked" will be attacked.</summary>
    /// <param name="role">Its role there.</param>
    /// <param name="manner">How it uses that socket; empty where it blocks and copies.</param>
    public static async Task<Siege> Begin(string role, string manner = "")
    {
        Siege siege = new(role);
        siege.Victim = await PeerProcess.Start(new PeerArguments { Name = "victim", RuntimeDirectory = siege._directory.Path, Listen = true });
        siege._honest = Node.Join(new NodeOptions { Name = "honest", RuntimeDirectory = siege._directory.Path, LingerTimeout = TimeSpan.FromMilliseconds(100), OnEvent = siege.Note });
        PeerProcess victim = siege.Victim;
        await victim.Do("note");
        await victim.Do("open s server calls capacity=8");
        victim.Begin("serve s");
        await victim.Do($"open a {role} attacked capacity=16");
        await victim.Do("open b consumer idle");
        victim.Begin($"endure a,b {manner}");
        siege._calls = Background.Run(siege.Call);
        siege._messages = Background.Run(role switch
        {
            "consumer" => siege.Send,
            "subscriber" => siege.Publish,
            "server" => siege.CallAttacked,
            "client" => siege.ServeAttacked,
            "publisher" => siege.Subscribe,
            _ => siege.Receive,
        });
        victim.Begin("send-pictures pictures");
        siege._pictures = Background.Run(siege.Look);
        await Waiting.Until(() => siege._answered > 10 && siege._passed > 10 && siege._seen > 10);
        return siege;
    }

    public async Task Attack(string attack, int seed, int cases)
    {
        long answered = Interlocked.Read(ref _answered);
        long passed = Interlocked.Read(ref _passed);
        long seen = Interlocked.Read(ref _seen);
        await HostileProcess.Run(attack, Effort.Seed(seed), Effort.Cases(cases), _directory.Path, "attacked", Victim.ListenAddress);
        Assert.False(Victim.HasExited, $"The victim died: {Victim.Errors}");
        Assert.False(_calls.IsCompleted, $"The other channel ended: {_calls.Exception}");
        Assert.False(_messages.IsCompleted, $"The honest peer's link ended: {_messages.Exception}");

        Assert.False(_pictures.IsCompleted, $"The blobs ended: {_pictures.Exception}");

        // All run on, also when it is over.
        await Waiting.Until(() => Interlocked.Read(ref _answered) > answered + 10, () => $"calls stopped at {_answered}");
        await Waiting.Until(() => Interlocked.Read(ref _passed) > passed + 10, () => $"messages stopped at {_passed}");
        await Waiting.Until(() => Interlocked.Read(ref _seen) > seen + 10, () => $"blobs stopped at {_seen}");
    }

    /// <summary>What the honest peer got on the attacked channel and the other one while something went on, and the longest time without either.</summary>
    public async Task<(long Messages, long Calls, TimeSpan Stall)> Watch(Func<Task> what)
    {
        long[] first = [Interlocked.Read(ref _passed), Interlocked.Read(ref _answered)];
        long[] last = [.. first];
        long[] since = [Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp()];
        TimeSpan stall = TimeSpan.Zero;
        Task goingOn = what();
        while (!goingOn.IsCompleted)
        {
            await Task.Delay(2);
            long[] now = [Interlocked.Read(ref _passed), Interlocked.Read(ref _answered)];
            for (int i = 0; i < now.Length; i++)
            {
                TimeSpan still = Stopwatch.GetElapsedTime(since[i]);
                stall = still > stall ? still : stall;
                if (now[i] != last[i])
                {
                    (last[i], since[i]) = (now[i], Stopwatch.GetTimestamp());
                }
            }
        }

        await goingOn;
        return (last[0] - first[0], last[1] - first[1], stall);
    }

    /// <summary>A number of what the victim says when it is asked for its toll.</summary>
    public static long Count(string toll, string what) =>
        long.Parse(toll.Split(' ').First(word => word.StartsWith(what + "=", StringComparison.Ordinal))[(what.Length + 1)..], CultureInfo.InvariantCulture);

    /// <summary>
    /// What the victim holds, but for the blobs of this process: the honest peer hands over those of all tests that run beside this one. Over each of two connections, since each of the two dials
    /// whom it sends to: a memory file, its descriptor and its mapping.
    /// </summary>
    public async Task<string> Footprint()
    {
        // Such blobs come and go, and are on their way for a moment: two looks that agree. Where none do for long, the last one.
        long[] numbers = [];
        int blobs = 0;
        for (int look = 0; look < 20; look++)
        {
            long[] last = numbers;
            int lastBlobs = blobs;
            blobs = BlobMemory.Files;
            numbers = Numbers(await Victim.Do("footprint"));
            if (look > 0 && numbers[3] == last[3] && blobs == lastBlobs && blobs == BlobMemory.Files)
            {
                break;
            }

            await Task.Delay(20);
        }

        numbers[0] -= 2 * blobs;
        numbers[2] -= 2 * blobs;
        numbers[3] -= 2 * blobs;
        return string.Join(' ', numbers);
    }

    /// <summary>Waits until the victim holds no more than it did, but for a little that may lie in caches.</summary>
    public async Task EndsAsItBegan(string before)
    {
        int[] allowed = [4, 12, 150, 6, 40_000];
        long[] least = Numbers(before);
        string after = "";
        long end = Environment.TickCount64 + (long)Patience.Limit.TotalMilliseconds;
        do
        {
            await Task.Delay(100);
            after = await Footprint();
        }
        while (Numbers(after).Select((number, i) => number > least[i] + allowed[i]).Any(over => over)
            && (Environment.TickCount64 < end || Fail($"descriptors, threads, mappings, memory files, KiB: {before} became {after}; {await GoesOn()}")));
        Effort.Say($"descriptors, threads, mappings, memory files, KiB: {before} became {after}");
    }

    private static long[] Numbers(string footprint) => [.. footprint.Split(' ').Select(static number => long.Parse(number, CultureInfo.InvariantCulture))];

    /// <summary>What the victim has done, and still does.</summary>
    private async Task<string> GoesOn()
    {
        string first = await Victim.Do("toll");
        await Task.Delay(1000);
        return $"{first}; a second later {await Victim.Do("toll")}; {await Victim.Do("memory")}";
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Background.Run(_honest.Dispose).Within();
        await _calls.Outcome();
        await _messages.Outcome();
        await _pictures.Outcome();
        await Victim.DisposeAsync();
        _directory.Dispose();
        _over.Dispose();
    }

    /// <summary>What would explain that the honest peer's messages come twice.</summary>
    public string Breaks() => string.Join("; ", _events.Items.Where(item => item.Channel == "attacked").Select(item => item.ToString()));

    private void Note(NodeEvent happened)
    {
        if (happened.Kind is NodeEventKind.PeerLost or NodeEventKind.PeerLeft or NodeEventKind.Redelivered or NodeEventKind.PeerRefused)
        {
            _events.Add(happened);
        }
    }

    private static bool Fail(string message)
    {
        Assert.Fail(message);
        return false;
    }

    private void Call()
    {
        using Client<long, long> client = _honest.OpenClient(new CallSpec<long, long>("calls") { Capacity = 8, Context = Context.Auto });
        for (long number = 0; !_over.IsCancellationRequested; number++)
        {
            Assert.Equal(number * 2, client.Call(number, Patience.Token));
            Interlocked.Increment(ref _answered);
            Thread.Sleep(1);
        }
    }

    private void Send()
    {
        using Producer<ReadOnlyMemory<byte>> producer = _honest.OpenProducer(new ChannelSpec<ReadOnlyMemory<byte>>("attacked") { Capacity = 16 });
        for (long id = FirstHonest; !_over.IsCancellationRequested; id++)
        {
            producer.Send(Payload.Create(id, Payload.SizeOf(id)), Patience.Token);
            Interlocked.Increment(ref _passed);
            Thread.Sleep(1);
        }
    }

    private void Publish()
    {
        using Publisher<ReadOnlyMemory<byte>> publisher = _honest.OpenPublisher(new ChannelSpec<ReadOnlyMemory<byte>>("attacked") { Capacity = 16 });
        publisher.WaitForPeersAsync(1, Patience.Token).AsTask().Wait();
        for (long id = FirstHonest; !_over.IsCancellationRequested; id++)
        {
            publisher.Send(Payload.Create(id, Payload.SizeOf(id)), Patience.Token);
            Interlocked.Increment(ref _passed);
            Thread.Sleep(1);
        }
    }

    private void Subscribe()
    {
        using Subscriber<ReadOnlyMemory<byte>> subscriber = _honest.OpenSubscriber(new ChannelSpec<ReadOnlyMemory<byte>>("attacked") { Capacity = 16 });
        for (long last = -1; !_over.IsCancellationRequested;)
        {
            // Every one since it came, whole and in order, whatever the other subscribers say of themselves.
            long id = Payload.Read(subscriber.Receive(Patience.Token).Span);
            Assert.True(last < 0 || id == last + 1, $"{id} came after {last}.");
            last = id;
            Interlocked.Increment(ref _passed);
        }
    }

    /// <summary>Looks at the victim's blobs: nobody but this process says when it is through with them.</summary>
    private void Look()
    {
        using Consumer<Picture> consumer = _honest.OpenConsumer(new ChannelSpec<Picture>("pictures") { Capacity = 16 });
        Queue<Picture> kept = new();
        while (!_over.IsCancellationRequested)
        {
            kept.Enqueue(consumer.Receive(Patience.Token));
            if (kept.Count > 4)
            {
                Picture picture = kept.Dequeue();
                using Blob pixels = picture.Pixels;
                Assert.Equal(picture.Id, Payload.Read(pixels.ReadOnlySpan));
                Interlocked.Increment(ref _seen);
            }
        }
    }

    private void CallAttacked()
    {
        using Client<long, long> client = _honest.OpenClient(new CallSpec<long, long>("attacked") { Capacity = 16 });
        for (long number = FirstHonest; !_over.IsCancellationRequested; number++)
        {
            Assert.Equal(number * 2, client.Call(number, Patience.Token));
            Interlocked.Increment(ref _passed);
            Thread.Sleep(1);
        }
    }

    private void ServeAttacked()
    {
        using Server<long, long> server = _honest.OpenServer(new CallSpec<long, long>("attacked") { Capacity = 16 });
        long last = 0;
        while (!_over.IsCancellationRequested)
        {
            using Request<long, long> request = server.Receive(Patience.Token);

            // Each at most once, and none that was not asked.
            Assert.True(request.Value > last, $"{request.Value} came after {last}.");
            last = request.Value;
            request.Reply(2 * last);
            Interlocked.Increment(ref _passed);
        }
    }

    private void Receive()
    {
        using Consumer<ReadOnlyMemory<byte>> consumer = _honest.OpenConsumer(new ChannelSpec<ReadOnlyMemory<byte>>("attacked") { Capacity = 16 });
        HashSet<long> received = [];
        while (!_over.IsCancellationRequested)
        {
            // Whole, and none twice; in which order depends on what the liars say that they consumed.
            Assert.True(received.Add(Payload.Read(consumer.Receive(Patience.Token).Span)));
            Interlocked.Increment(ref _passed);
        }
    }
}
