using Viaduct.Tests.Support;

namespace Viaduct.Tests.Crash;

/// <summary>A machine that no longer answers, though nobody closed the connection: only the heartbeat can tell.</summary>
public sealed class SilentPeerTests : IAsyncLifetime
{
    private readonly Distance _distance = new(DistanceKind.Machine, options =>
    {
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(400);
        options.ReconnectWindow = TimeSpan.FromMilliseconds(500);
    });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _distance.DisposeAsync();

    [Fact]
    public async Task A_silent_consumer_is_lost_its_messages_go_to_another_and_it_may_come_back()
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("events") { Capacity = 4, Context = Context.DistributedProcess };
        Producer<ReadOnlyMemory<byte>> producer = _distance.Near.OpenProducer(channel);
        var changes = new Recorder<PeerChange>();
        producer.PeerChanged += changes.Add;
        await using PeerProcess silent = await PeerProcess.Start(_distance.Child("silent"));
        await silent.Do("open s consumer events capacity=4 context=DistributedProcess");
        await producer.WaitForPeersAsync(1, Patience.Token).Within();
        Assert.True(producer.TrySend(Payload.Create(0, 100)));
        await silent.Begin("lease s 1").Next();

        silent.Stop();
        await Waiting.Until(() => changes.Items.Any(change => change.State == PeerState.Lost), () => $"the loss is noticed: {changes}");
        await using PeerProcess other = await PeerProcess.Start(_distance.Child("other"));
        await other.Do("open s consumer events capacity=4 context=DistributedProcess");
        Assert.Equal("0", await other.Begin("receive s 1").Next());

        silent.Continue();
        await producer.WaitForPeersAsync(2, Patience.Token).Within();
    }

    [Fact]
    public async Task A_call_to_a_silent_server_fails()
    {
        var channel = new CallSpec<long, long>("calls") { Context = Context.DistributedProcess };
        Client<long, long> client = _distance.Near.OpenClient(channel);
        await using PeerProcess silent = await PeerProcess.Start(_distance.Child("silent"));
        await silent.Do("open s server calls context=DistributedProcess");
        Task<long> call = client.CallAsync(1).AsTask();
        await silent.Begin("take s 1").Next();

        silent.Stop();

        Assert.IsType<PeerLostException>(await call.Outcome());
    }

    [Fact]
    public async Task Silence_below_the_heartbeats_bound_is_no_loss()
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("events") { Context = Context.DistributedProcess };
        Producer<ReadOnlyMemory<byte>> producer = _distance.Near.OpenProducer(channel);
        var changes = new Recorder<PeerChange>();
        producer.PeerChanged += changes.Add;
        await using PeerProcess child = await PeerProcess.Start(_distance.Child());
        await child.Do("open s consumer events context=DistributedProcess");
        PeerCommand receiving = child.Begin("receive s 50");

        // Idle for several intervals: the nodes keep asking each other.
        await producer.WaitForPeersAsync(1, Patience.Token).Within();
        await Task.Delay(TimeSpan.FromSeconds(2));
        for (int i = 0; i < 50; i++)
        {
            await producer.SendAsync(Payload.Create(i, 1000), Patience.Token).Within();
        }

        await receiving.Done.Within();
        Assert.DoesNotContain(changes.Items, change => change.State is PeerState.Lost or PeerState.Reconnecting);
    }
}
