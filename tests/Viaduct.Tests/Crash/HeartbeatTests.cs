using Viaduct.Tests.Support;

namespace Viaduct.Tests.Crash;

/// <summary>Peers on other machines that live, though something kept them, or us, from saying so.</summary>
public sealed class HeartbeatTests : IAsyncLifetime
{
    /// <summary>The child's; near ones ask so seldom that only the child's own asking counts.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(300);

    private readonly Distance _distance = new(DistanceKind.Machine, options =>
        options.HeartbeatInterval = options.Name is "impatient" or "child" ? s_interval : TimeSpan.FromSeconds(10));

    private readonly Recorder<PeerChange> _changes = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _distance.DisposeAsync();

    [Fact]
    public async Task A_program_that_starves_its_thread_pool_keeps_its_peers_and_receives_what_they_send()
    {
        Node near = _distance.Join("impatient");
        await using PeerProcess child = await PeerProcess.Start(_distance.Child());
        using Producer<ReadOnlyMemory<byte>> producer = await Meet(near, child);
        PeerCommand starving = child.Begin("starve");
        await starving.Next();

        PeerCommand receiving = child.Begin("receive s 50");
        for (int i = 0; i < 50; i++)
        {
            producer.Send(Payload.Create(i, 1000), Patience.Token);
        }

        await receiving.Done.Within("messages to a program whose pool is starved", producer);
        await Task.Delay(6 * s_interval, TestContext.Current.CancellationToken);
        AssertKept();
        await child.Do("feed");
        await starving.Done.Within();
    }

    [Fact]
    public async Task A_process_that_was_stopped_does_not_blame_its_peers_for_it()
    {
        await using PeerProcess child = await PeerProcess.Start(_distance.Child());
        using Producer<ReadOnlyMemory<byte>> producer = await Meet(_distance.Near, child);

        child.Stop();
        await Task.Delay(6 * s_interval, TestContext.Current.CancellationToken);
        child.Continue();

        await Task.Delay(4 * s_interval, TestContext.Current.CancellationToken);
        producer.Send(Payload.Create(0, 1000), Patience.Token);
        await child.Do("receive s 1");
        AssertKept();
    }

    private async Task<Producer<ReadOnlyMemory<byte>>> Meet(Node near, PeerProcess child)
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("events") { Context = Context.DistributedProcess };
        Producer<ReadOnlyMemory<byte>> producer = near.OpenProducer(channel);
        producer.PeerChanged += _changes.Add;
        await child.Do("open s consumer events context=DistributedProcess");
        await producer.WaitForPeersAsync(1, Patience.Token).Within();
        return producer;
    }

    private void AssertKept() =>
        Assert.DoesNotContain(_changes.Items, change => change.State is PeerState.Lost or PeerState.Reconnecting);
}
