using System.Threading.Channels;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Awaiting;

/// <summary>Operations that really have to wait allocate nothing, with a token that can be cancelled and without.</summary>
public abstract partial class AllocationSuite(DistanceKind kind) : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new();

    protected Distance Distance { get; } = new(kind);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Distance.DisposeAsync();
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Receives_that_wait(bool cancellable)
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair();
        CancellationToken token = Token(cancellable);
        await Waits(producer, () => consumer.ReceiveAsync(token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Receives_of_a_rendezvous(bool cancellable)
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(capacity: 0);
        CancellationToken token = Token(cancellable);
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                ValueTask<long> received = consumer.ReceiveAsync(token);
                Assert.False(received.IsCompleted);

                // It waits, too, until the receive is over.
                producer.Send(1, CancellationToken.None);
                await received;
            }
        }).Within();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sends_of_a_rendezvous(bool cancellable)
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(capacity: 0);
        CancellationToken token = Token(cancellable);
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                ValueTask sent = producer.SendAsync(1, token);
                Assert.False(sent.IsCompleted);
                Assert.True(await consumer.ReceiveAsync(token) == 1);
                await sent;
            }
        }).Within();
    }

    [Fact]
    public async Task Sends_of_loans_of_a_rendezvous()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(capacity: 0);
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                Loan<long> loan = producer.Loan();
                loan.Value = 1;
                ValueTask sent = loan.SendAsync();
                Assert.False(sent.IsCompleted);
                Assert.True(await consumer.ReceiveAsync() == 1);
                await sent;
            }
        }).Within();
    }

    [Fact]
    public async Task Receives_of_many()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair();
        Memory<long> messages = new long[8];
        await Waits(producer, () => consumer.ReceiveManyAsync(messages));
    }

    [Fact]
    public async Task Leases()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair();
        await Waits(producer, () => consumer.ReceiveLeaseAsync(), static lease => lease.Dispose());
    }

    [Fact]
    public async Task Enumerations()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair();
        await using IAsyncEnumerator<long> messages = consumer.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
        await Waits(producer, messages.MoveNextAsync);
    }

    [Fact]
    public async Task Enumerations_of_leases()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair();
        await using IAsyncEnumerator<Lease<long>> leases = consumer.ReadAllLeasesAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
        await Waits(producer, leases.MoveNextAsync, _ => leases.Current.Dispose());
    }

    [Fact]
    public async Task Reads_of_a_channel_reader()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair();
        ChannelReader<long> reader = consumer.AsChannelReader();
        await Waits(producer, () => reader.ReadAsync());
        await Waits(producer, () => reader.WaitToReadAsync(), _ => Assert.True(reader.TryRead(out long _)));
    }

    [Fact]
    public async Task Waits_of_a_selector()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair();
        using var selector = new Selector(consumer);
        await Waits(producer, () => selector.WaitAsync(), _ => Assert.True(consumer.TryReceive(out long _)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sends_that_wait_for_room(bool cancellable)
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(capacity: 1);
        CancellationToken token = Token(cancellable);
        await WaitsForRoom(producer, consumer, () => producer.SendAsync(1, token));
    }

    [Fact]
    public async Task Sends_of_loans_that_wait_for_room()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(capacity: 1);
        await WaitsForRoom(producer, consumer, () =>
        {
            Loan<long> loan = producer.Loan();
            return loan.SendAsync();
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task Sends_of_many_that_wait_for_room(int capacity)
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(capacity);
        ReadOnlyMemory<long> messages = new long[] { 1, 2, 3 };
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                ValueTask sent = producer.SendManyAsync(messages);
                Assert.False(sent.IsCompleted);
                for (int number = 1; number <= messages.Length; number++)
                {
                    Assert.True(await consumer.ReceiveAsync() == number);
                }

                await sent;
            }
        }).Within();
    }

    [Fact]
    public async Task Loans_that_wait_for_another_to_end()
    {
        var channel = new ChannelSpec<long>("events") { Context = Distance.Context };
        Producer<long> producer = Distance.Near.OpenProducer(channel, new ProducerOptions { MaxLoans = 1 });
        Consumer<long> consumer = Distance.Far.OpenConsumer(channel);
        await Pairs.Meet(producer, consumer);
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                Loan<long> first = producer.Loan();
                ValueTask<Loan<long>> second = producer.LoanAsync();
                Assert.False(second.IsCompleted);
                first.Dispose();
                using Loan<long> loan = await second;
            }
        }).Within();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(0, false)]
    [InlineData(0, true)]
    public async Task Writes_of_a_channel_writer_that_wait_for_room(int capacity, bool cancellable)
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(capacity);
        ChannelWriter<long> writer = producer.AsChannelWriter();
        CancellationToken token = Token(cancellable);
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                Assert.True(capacity == 0 || writer.TryWrite(1));
                ValueTask written = writer.WriteAsync(1, token);
                Assert.False(written.IsCompleted);
                for (int message = 0; message <= capacity; message++)
                {
                    Assert.True(await consumer.ReceiveAsync(token) == 1);
                }

                await written;
            }
        }).Within();
    }

    [Fact]
    public async Task Waits_of_a_channel_writer_for_room()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(capacity: 1);
        ChannelWriter<long> writer = producer.AsChannelWriter();
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                Assert.True(writer.TryWrite(1));
                ValueTask<bool> ready = writer.WaitToWriteAsync();
                Assert.False(ready.IsCompleted);
                Assert.True(consumer.TryReceive(out long _));
                Assert.True(await ready);
            }
        }).Within();
    }

    [Theory]
    [InlineData(64, false)]
    [InlineData(64, true)]
    [InlineData(0, false)]
    public async Task Calls_and_their_answers(int capacity, bool cancellable)
    {
        var channel = new CallSpec<long, long>("calls") { Capacity = capacity, Context = Distance.Context };
        Client<long, long> client = Distance.Near.OpenClient(channel);
        Server<long, long> server = Distance.Far.OpenServer(channel);
        await Pairs.Meet(client, server);
        CancellationToken token = Token(cancellable);
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                ValueTask<Request<long, long>> receive = server.ReceiveAsync(token);
                Assert.False(receive.IsCompleted);
                ValueTask<long> call = client.CallAsync(1, token);
                Request<long, long> request = await receive;
                Assert.False(call.IsCompleted);
                request.Reply(request.Value * 2);
                Assert.True(await call == 2);
            }
        }).Within();
    }

    /// <summary>The second begins where all places are taken, so it waits for one; then it waits for its answer.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_that_wait_for_a_place(bool cancellable)
    {
        var channel = new CallSpec<long, long>("calls") { Capacity = 1, Context = Distance.Context };
        Client<long, long> client = Distance.Near.OpenClient(channel);
        Server<long, long> server = Distance.Far.OpenServer(channel);
        await Pairs.Meet(client, server);
        CancellationToken token = Token(cancellable);
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                ValueTask<long> first = client.CallAsync(1, token);
                ValueTask<long> second = client.CallAsync(2, token);
                Assert.False(second.IsCompleted);
                Request<long, long> request = await server.ReceiveAsync(token);
                request.Reply(request.Value * 2);
                Assert.True(await first == 2);
                request = await server.ReceiveAsync(token);
                request.Reply(request.Value * 2);
                Assert.True(await second == 4);
            }
        }).Within();
    }

    /// <summary>A receive begins where nothing is, so it waits; then there is something.</summary>
    private static Task Waits<T>(Producer<long> producer, Func<ValueTask<T>> receive, Action<T>? then = null) =>
        Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                ValueTask<T> received = receive();
                Assert.False(received.IsCompleted);
                await producer.SendAsync(1);
                T result = await received;
                then?.Invoke(result);
            }
        }).Within();

    /// <summary>A send begins where no room is, so it waits; then there is room.</summary>
    private static Task WaitsForRoom(Producer<long> producer, Consumer<long> consumer, Func<ValueTask> send) =>
        Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                Assert.True(producer.TrySend(1));
                ValueTask sent = send();
                Assert.False(sent.IsCompleted);
                Assert.True(consumer.TryReceive(out long _));
                await sent;
                Assert.True(consumer.TryReceive(out long _));
            }
        }).Within();

    protected CancellationToken Token(bool cancellable) => cancellable ? _stop.Token : CancellationToken.None;

    private Task<(Producer<long> Producer, Consumer<long> Consumer)> Pair(int capacity = 64) =>
        Distance.OpenPair(new ChannelSpec<long>("events") { Capacity = capacity, Context = Distance.Context });
}
