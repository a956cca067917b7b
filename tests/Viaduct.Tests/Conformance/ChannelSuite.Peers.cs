using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public abstract partial class ChannelSuite
{
    [Fact]
    public async Task Both_ends_list_each_other_with_the_route_and_its_reason()
    {
        (ISocket sender, ISocket receiver) = await Open(new ChannelSettings());

        Check(Assert.Single(sender.Peers), Far, receiver);
        Check(Assert.Single(receiver.Peers), Near, sender);

        void Check(Peer peer, Node node, ISocket other)
        {
            Assert.Equal(Distance.Route, peer.Route);
            Assert.NotEmpty(peer.Reason);
            Assert.Equal(node.Id, peer.NodeId);
            Assert.Equal(node.Name, peer.NodeName);
            Assert.Equal(other.Id, peer.SocketId);
            Assert.Equal(Environment.ProcessId, peer.ProcessId);
        }
    }

    [Fact]
    public async Task It_does_not_matter_who_comes_first()
    {
        ISocket receiver = OpenReceiver(Far, new ChannelSettings());
        ISocket sender = OpenSender(Near, new ChannelSettings());
        await Met(sender, receiver);

        await Exchange(sender, receiver, 7);
    }

    [Fact]
    public async Task Arrival_and_departure_of_a_peer_are_events_with_a_reason()
    {
        ISocket sender = OpenSender(Near, new ChannelSettings());
        var changes = new Recorder<PeerChange>();
        sender.PeerChanged += changes.Add;
        ISocket receiver = OpenReceiver(Far, new ChannelSettings());
        Guid id = receiver.Id;
        await Met(sender, receiver);

        await Background.Run(receiver.Dispose).Within();
        await Waiting.Until(() => changes.Items.Any(change => change.State == PeerState.Left), $"an event for the departure");

        Assert.Equal(PeerState.Joined, changes.Items[0].State);
        Assert.All(changes.Items, change => Assert.Equal(id, change.Peer.SocketId));
        Assert.All(changes.Items, change => Assert.NotEmpty(change.Reason));
        Assert.Empty(sender.Peers);
    }

    [Fact]
    public async Task A_receiver_can_leave_and_another_take_its_place()
    {
        ISocket sender = OpenSender(Near, new ChannelSettings());
        for (int i = 0; i < 3; i++)
        {
            ISocket receiver = OpenReceiver(Far, new ChannelSettings());
            await Met(sender, receiver);
            await Exchange(sender, receiver, i);
            await Background.Run(receiver.Dispose).Within();
            await Waiting.Until(() => sender.Peers.Count == 0);
        }
    }

    [Fact]
    public async Task A_sender_can_leave_and_another_take_its_place()
    {
        ISocket receiver = OpenReceiver(Far, new ChannelSettings());
        for (int i = 0; i < 3; i++)
        {
            ISocket sender = OpenSender(Near, new ChannelSettings());
            await Met(sender, receiver);
            await Exchange(sender, receiver, i);
            await Background.Run(sender.Dispose).Within();
            await Waiting.Until(() => receiver.Peers.Count == 0);
        }
    }

    [Fact]
    public async Task A_whole_node_can_come_late_and_leave_early()
    {
        Assert.SkipWhen(Distance.Kind == DistanceKind.Thread, "At this distance there is one node.");
        (ISocket sender, ISocket receiver) = await Open(new ChannelSettings());
        Node late = Distance.Join("late");
        OpenReceiver(late, new ChannelSettings());
        await sender.WaitForPeersAsync(2, Patience.Token).Within();

        await Background.Run(late.Dispose).Within();
        await Waiting.Until(() => sender.Peers.Count == 1);

        await Exchange(sender, receiver, 1);
    }

    [Fact]
    public async Task Channels_between_the_same_nodes_do_not_mix()
    {
        (ISocket firstSender, ISocket firstReceiver) = await Open(new ChannelSettings { Name = "first" });
        (ISocket secondSender, ISocket secondReceiver) = await Open(new ChannelSettings { Name = "second/one" });

        await Exchange(secondSender, secondReceiver, 2);
        await Exchange(firstSender, firstReceiver, 1);

        Assert.Single(firstSender.Peers);
        Assert.Single(secondReceiver.Peers);
    }

    [Fact]
    public async Task Hundred_channels_work_between_two_nodes()
    {
        var pairs = new List<(ISocket Sender, ISocket Receiver)>();
        for (int i = 0; i < 100; i++)
        {
            var settings = new ChannelSettings { Name = $"channel-{i}", Capacity = 2 };
            pairs.Add((OpenSender(Near, settings), OpenReceiver(Far, settings)));
        }

        foreach ((ISocket sender, ISocket receiver) in pairs)
        {
            await Met(sender, receiver);
            await Exchange(sender, receiver, 5);
        }
    }

    [Fact]
    public async Task Waiting_for_peers_that_do_not_come_ends_with_its_timeout()
    {
        ISocket sender = OpenSender(Near, new ChannelSettings());

        Assert.False(await Background.Run(() => sender.WaitForPeers(1, Patience.Moment)).Within());

        OpenReceiver(Far, new ChannelSettings());
        Assert.True(await Background.Run(() => sender.WaitForPeers(1, Patience.Limit)).Within());
        Assert.False(await Background.Run(() => sender.WaitForPeers(2, Patience.Moment)).Within());
    }

    [Fact]
    public async Task A_socket_names_its_channel_its_pattern_and_its_role()
    {
        (ISocket sender, ISocket receiver) = await Open(new ChannelSettings { Capacity = 5 });

        Assert.Equal(SenderRole, sender.Role);
        Assert.Equal(ReceiverRole, receiver.Role);
        Assert.Equal(sender.Pattern, receiver.Pattern);
        Assert.Equal("numbers", sender.Channel.Name);
        Assert.Equal(5, receiver.Channel.Capacity);
        Assert.NotEqual(sender.Id, receiver.Id);
        Assert.Contains(sender, Near.Sockets);
        Assert.Contains(receiver, Far.Sockets);
    }

    [Fact]
    public async Task A_channel_restricted_to_another_distance_does_not_meet()
    {
        Context other = Distance.Kind == DistanceKind.Thread ? Context.LocalProcess : Context.Thread;
        ISocket sender = OpenSender(Near, new ChannelSettings { Context = other });
        ISocket receiver = OpenReceiver(Far, new ChannelSettings());

        Assert.False(await Background.Run(() => sender.WaitForPeers(1, Patience.Moment)).Within());
        Assert.Empty(receiver.Peers);
    }
}
