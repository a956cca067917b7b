using Viaduct.Tests.Support;

namespace Viaduct.Tests.Loans;

/// <summary>A sender that waits while its receivers keep what they have says who keeps what.</summary>
public sealed class StallTests : IAsyncLifetime
{
    private readonly Distance _distance = new(DistanceKind.SharedMemory, static options => options.HeartbeatInterval = TimeSpan.FromMilliseconds(400));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _distance.DisposeAsync();

    [Fact]
    public async Task Who_holds_what_is_told_once_where_nothing_moves_any_more()
    {
        // One receiver keeps all the bytes that a sender may have out, two keep all its messages together: neither can know.
        Producer<ReadOnlyMemory<byte>> heavy = Open("heavy", 64);
        Producer<ReadOnlyMemory<byte>> light = Open("light", 2);
        using Consumer<ReadOnlyMemory<byte>> only = _distance.Far.OpenConsumer((ChannelSpec<ReadOnlyMemory<byte>>)heavy.Channel);
        using Consumer<ReadOnlyMemory<byte>> one = _distance.Far.OpenConsumer((ChannelSpec<ReadOnlyMemory<byte>>)light.Channel);
        using Consumer<ReadOnlyMemory<byte>> other = _distance.Far.OpenConsumer((ChannelSpec<ReadOnlyMemory<byte>>)light.Channel);
        await heavy.WaitForPeersAsync(1, Patience.Token).Within();
        await light.WaitForPeersAsync(2, Patience.Token).Within();
        var leases = new List<Lease<ReadOnlyMemory<byte>>>();
        for (int i = 0; i < 4; i++)
        {
            using Loan loan = heavy.Loan(60 << 20, Patience.Token);
            loan.Send(Patience.Token);
            leases.Add(await only.ReceiveLeaseAsync(Patience.Token).Within());
        }

        light.Send(Payload.Create(1, 20), Patience.Token);
        light.Send(Payload.Create(2, 20), Patience.Token);
        using Lease<ReadOnlyMemory<byte>> mine = await one.ReceiveLeaseAsync(Patience.Token).Within();
        using Lease<ReadOnlyMemory<byte>> yours = await other.ReceiveLeaseAsync(Patience.Token).Within();

        Task<Loan> loaning = heavy.LoanAsync(60 << 20, Patience.Token).AsTask();
        Task sending = light.SendAsync(Payload.Create(3, 20), Patience.Token).AsTask();
        await Waiting.Until(() => Stalls("heavy").Any() && Stalls("light").Any());

        Assert.Contains("Capacity 64; 256 of 256 MiB", Stalls("heavy").First(), StringComparison.Ordinal);
        Assert.Contains(": 4 messages.", Stalls("heavy").First(), StringComparison.Ordinal);
        Assert.Contains("'far'", Stalls("heavy").First(), StringComparison.Ordinal);
        Assert.Contains("Capacity 2;", Stalls("light").First(), StringComparison.Ordinal);
        Assert.Equal(2, Stalls("light").First().Split(": 1 messages.").Length - 1);

        // Some heartbeats more; then it goes on, and nothing is told of that.
        await Task.Delay(1500);
        leases[0].Dispose();
        mine.Dispose();
        (await loaning.Within()).Dispose();
        await sending.Within();
        Assert.Single(Stalls("heavy"));
        Assert.Single(Stalls("light"));
        leases.ForEach(static lease => lease.Dispose());
    }

    private Producer<ReadOnlyMemory<byte>> Open(string channel, int capacity) =>
        _distance.Near.OpenProducer(new ChannelSpec<ReadOnlyMemory<byte>>(channel) { Capacity = capacity, Context = _distance.Context });

    private IEnumerable<string> Stalls(string channel) =>
        _distance.Events.Items.Where(what => what.Kind == NodeEventKind.SendingStalled && what.Channel == channel).Select(static what => what.Text);
}
