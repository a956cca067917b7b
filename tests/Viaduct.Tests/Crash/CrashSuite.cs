using Viaduct.Tests.Support;

namespace Viaduct.Tests.Crash;

/// <summary>Real processes that really die, at each distance that has processes.</summary>
public abstract partial class CrashSuite(DistanceKind kind) : IAsyncLifetime
{
    private readonly List<PeerProcess> _children = [];

    /// <summary>Who is killed comes back over no connection, however long that is waited for: no longer than this.</summary>
    protected Distance Distance { get; } = new(kind, static options => options.ReconnectWindow = TimeSpan.FromMilliseconds(300));

    /// <summary>The node of the test's own process.</summary>
    protected Node Here => Distance.Near;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (PeerProcess child in _children)
        {
            await child.DisposeAsync();
        }

        await Distance.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected ChannelSpec<ReadOnlyMemory<byte>> Channel(int capacity = 64, string name = "events", Delivery delivery = Delivery.AtLeastOnce) => new(name)
    {
        Capacity = capacity,
        Delivery = delivery,
        Context = Distance.Context,
    };

    protected CallSpec<long, long> Calls(int capacity = 64) => new("calls") { Capacity = capacity, Context = Distance.Context };

    /// <summary>Starts a child whose node can meet this one.</summary>
    protected async Task<PeerProcess> StartChild(string name = "child")
    {
        PeerProcess child = await PeerProcess.Start(Distance.Child(name));
        _children.Add(child);
        return child;
    }

    /// <summary>Starts a child with one socket, which it calls "s", and waits until that has met this process.</summary>
    protected async Task<PeerProcess> StartChild(string role, ChannelSpec channel, string more = "", string name = "child")
    {
        PeerProcess child = await StartChild(name);
        await Open(child, "s", role, channel, more);
        await child.Do("wait s 1");
        return child;
    }

    protected static Task Open(PeerProcess child, string socket, string role, ChannelSpec channel, string more = "") =>
        child.Do($"open {socket} {role} {channel.Name} capacity={channel.Capacity} context={channel.Context} delivery={channel.Delivery} {more}");

    /// <summary>The next messages' identities.</summary>
    protected static async Task<List<long>> Receive(Receiver<ReadOnlyMemory<byte>> receiver, int count)
    {
        var received = new List<long>();
        for (int i = 0; i < count; i++)
        {
            received.Add(Payload.Read((await receiver.ReceiveAsync(Patience.Token).Within()).Span));
        }

        return received;
    }

    protected static IEnumerable<long> Range(int start, int count) => Enumerable.Range(start, count).Select(i => (long)i);
}
