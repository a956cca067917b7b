using Viaduct.Hosting;

namespace Viaduct.Tests.Hosting;

public sealed class NodeHealthTests
{
    private readonly ManualTime _time = new();
    private readonly NodeHealth _health;

    public NodeHealthTests()
    {
        _health = new NodeHealth(_time);
        _health.Joined();
    }

    [Theory]
    [InlineData(NodeEventKind.PeerJoined)]
    [InlineData(NodeEventKind.PeerLost)]
    [InlineData(NodeEventKind.PeerLeft)]
    [InlineData(NodeEventKind.PeerCompleted)]
    [InlineData(NodeEventKind.PeerRefused)]
    public void A_peer_is_a_fault_from_its_reconnecting_until_that_has_ended(NodeEventKind end)
    {
        Peer one = NewPeer();
        Peer two = NewPeer();
        _health.Record(new NodeEvent(NodeEventKind.PeerReconnecting, "one", "a", one));
        _health.Record(new NodeEvent(NodeEventKind.PeerReconnecting, "two", "a", two));
        Assert.Equal(["one", "two"], _health.Faults().Order());

        _health.Record(new NodeEvent(end, "", "a", one));
        Assert.Equal(["two"], _health.Faults());
    }

    [Theory]
    [InlineData(NodeEventKind.PeerReconnecting)]
    [InlineData(NodeEventKind.ConnectFailed)]
    [InlineData(NodeEventKind.DiscoveryFailed)]
    public void A_failure_that_names_no_peer_is_remembered_for_a_while(NodeEventKind kind)
    {
        _health.Record(new NodeEvent(kind, "it failed"));
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(["it failed"], _health.Faults());

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(_health.Faults());
    }

    [Fact]
    public void Other_events_are_no_faults()
    {
        foreach (NodeEventKind kind in Enum.GetValues<NodeEventKind>())
        {
            if (kind is not (NodeEventKind.PeerReconnecting or NodeEventKind.ConnectFailed or NodeEventKind.DiscoveryFailed))
            {
                _health.Record(new NodeEvent(kind, "text", "a", NewPeer()));
            }
        }

        Assert.Empty(_health.Faults());
    }

    [Fact]
    public void After_leaving_nothing_is_a_fault_any_more()
    {
        _health.Record(new NodeEvent(NodeEventKind.PeerReconnecting, "one", "a", NewPeer()));

        _health.Left();

        Assert.False(_health.IsJoined);
        Assert.Empty(_health.Faults());
    }

    private static Peer NewPeer() => new(Guid.NewGuid(), "node", 1, Guid.NewGuid(), Route.Tcp, "because", 0, 0);
}
