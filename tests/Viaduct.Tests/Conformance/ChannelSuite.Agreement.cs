using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public abstract partial class ChannelSuite
{
    [Theory]
    [InlineData(Topology.OneToOne)]
    [InlineData(Topology.OneToMany)]
    public async Task A_second_sender_is_refused_where_the_topology_allows_one(Topology topology)
    {
        var settings = new ChannelSettings { Topology = topology };
        (ISocket sender, ISocket receiver) = await Open(settings);

        RoleTakenException error = Assert.Throws<RoleTakenException>(() => OpenSender(Near, settings));

        Assert.Equal(SenderRole, error.Role);
        Assert.Contains(Near.Name, error.Message, StringComparison.Ordinal);
        await Exchange(sender, receiver, 1);
    }

    [Theory]
    [InlineData(Topology.OneToOne)]
    [InlineData(Topology.ManyToOne)]
    public async Task A_second_receiver_is_refused_where_the_topology_allows_one(Topology topology)
    {
        var settings = new ChannelSettings { Topology = topology };
        (ISocket sender, ISocket receiver) = await Open(settings);

        RoleTakenException error = Assert.Throws<RoleTakenException>(() => OpenReceiver(Far, settings));

        Assert.Equal(ReceiverRole, error.Role);
        Assert.Contains(Far.Name, error.Message, StringComparison.Ordinal);
        await Exchange(sender, receiver, 1);
    }

    [Theory]
    [InlineData(Topology.ManyToMany, 2, 2)]
    [InlineData(Topology.OneToMany, 1, 2)]
    [InlineData(Topology.ManyToOne, 2, 1)]
    public async Task As_many_as_the_topology_allows_may_come(Topology topology, int senders, int receivers)
    {
        var settings = new ChannelSettings { Topology = topology };
        ISocket[] sending = [.. Enumerable.Range(0, senders).Select(_ => OpenSender(Near, settings))];
        ISocket[] receiving = [.. Enumerable.Range(0, receivers).Select(_ => OpenReceiver(Far, settings))];

        foreach (ISocket socket in sending)
        {
            await socket.WaitForPeersAsync(receivers, Patience.Token).Within();
        }

        foreach (ISocket socket in receiving)
        {
            await socket.WaitForPeersAsync(senders, Patience.Token).Within();
        }
    }

    [Fact]
    public async Task A_second_node_can_not_take_a_role_that_is_held_either()
    {
        Assert.SkipWhen(Distance.Kind == DistanceKind.Thread, "At this distance there is one node.");
        var settings = new ChannelSettings { Topology = Topology.OneToOne };
        (ISocket sender, ISocket receiver) = await Open(settings);
        Node other = Distance.Join("other");

        if (Distance.Kind == DistanceKind.Machine)
        {
            // Machines share no locks: it is found when the two meet.
            OpenSender(other, settings);
            await Waiting.Until(() => Distance.Events.Items.Any(e => e.Error is RoleTakenException), "a refusal of the second sender");
        }
        else
        {
            Assert.Throws<RoleTakenException>(() => OpenSender(other, settings));
        }

        Assert.Single(receiver.Peers);
        await Exchange(sender, receiver, 1);
    }

    [Fact]
    public async Task A_role_is_free_again_when_its_holder_is_disposed()
    {
        var settings = new ChannelSettings { Topology = Topology.OneToOne };
        (ISocket sender, ISocket receiver) = await Open(settings);
        await Background.Run(sender.Dispose).Within();
        await Background.Run(receiver.Dispose).Within();

        (sender, receiver) = await Open(settings);

        await Exchange(sender, receiver, 1);
    }

    [Fact]
    public Task A_difference_in_capacity_names_both_values() =>
        Differs("Capacity", "63", "65", settings => settings with { Capacity = 63 }, settings => settings with { Capacity = 65 });

    [Fact]
    public Task A_difference_in_topology_names_both_values() =>
        Differs("Topology", "OneToMany", "ManyToMany", settings => settings with { Topology = Topology.OneToMany }, settings => settings);

    [Fact]
    public Task A_difference_in_delivery_names_both_values() =>
        Differs("Delivery", "AtLeastOnce", "AtMostOnce", settings => settings, settings => settings with { Delivery = Delivery.AtMostOnce });

    [Fact]
    public Task A_difference_in_the_byte_bound_names_both_values() =>
        Differs("ByteCapacity", "1000", "2000", settings => settings with { ByteCapacity = 1000 }, settings => settings with { ByteCapacity = 2000 });

    [Fact]
    public Task A_difference_in_the_largest_message_names_both_values() =>
        Differs("MaxMessageSize", "3000", "4000", settings => settings with { MaxMessageSize = 3000 }, settings => settings with { MaxMessageSize = 4000 });

    [Fact]
    public Task A_difference_in_schema_names_both_values() =>
        Differs("Schema", "big endian", "Int64", settings => settings with { Codec = new OtherNumberCodec() }, settings => settings);

    [Fact]
    public async Task A_difference_in_pattern_names_both_values()
    {
        Pattern pattern = default;
        Pattern otherPattern = default;
        ChannelMismatchException error = await Mismatch(
            () => pattern = OpenSender(Near, new ChannelSettings()).Pattern,
            () => otherPattern = OpenStranger(Far, new ChannelSettings()).Pattern);

        Assert.Equal("Pattern", error.Field);
        Assert.Contains(pattern.ToString(), error.Ours + error.Theirs, StringComparison.Ordinal);
        Assert.Contains(otherPattern.ToString(), error.Ours + error.Theirs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Those_who_agree_go_on_beside_one_who_does_not()
    {
        (ISocket sender, ISocket receiver) = await Open(new ChannelSettings());

        await Mismatch(() => { }, () => OpenReceiver(Far, new ChannelSettings { Capacity = 3 }));

        Assert.Single(sender.Peers);
        await Exchange(sender, receiver, 1);
    }

    [Fact]
    public async Task A_wait_that_only_a_peer_of_other_ideas_could_end_fails_with_the_difference()
    {
        ISocket sender = OpenSender(Near, new ChannelSettings { Capacity = 1 });
        Exception? error = await Record.ExceptionAsync(async () =>
        {
            // Found at once where both are in one process.
            ISocket receiver = OpenReceiver(Far, new ChannelSettings { Capacity = 2 });

            // A publisher waits for nobody; the others would wait for ever.
            await (sender.Pattern == Pattern.PublishSubscribe ? ReceiveForEver(receiver) : SendForEver(sender)).Within();
        });

        Assert.IsType<ChannelMismatchException>(error);
    }

    protected async Task Differs(
        string field, string near, string far, Func<ChannelSettings, ChannelSettings> nearSettings, Func<ChannelSettings, ChannelSettings> farSettings)
    {
        ChannelMismatchException error = await Mismatch(
            () => OpenSender(Near, nearSettings(new ChannelSettings())),
            () => OpenReceiver(Far, farSettings(new ChannelSettings())));

        // Either side may be the one that reports.
        Assert.Equal(field, error.Field);
        Assert.Contains(near, error.Ours + "|" + error.Theirs, StringComparison.Ordinal);
        Assert.Contains(far, error.Ours + "|" + error.Theirs, StringComparison.Ordinal);
        Assert.Contains(error.Ours, error.Message, StringComparison.Ordinal);
        Assert.Contains(error.Theirs, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Opens two ends that do not agree: the error is thrown, or reported by a node.</summary>
    private async Task<ChannelMismatchException> Mismatch(Action openNear, Action openFar)
    {
        try
        {
            openNear();
            openFar();
        }
        catch (ChannelMismatchException error)
        {
            return error;
        }

        await Waiting.Until(() => Distance.Events.Items.Any(e => e.Error is ChannelMismatchException), "a report of the difference");
        return Distance.Events.Items.Select(e => e.Error).OfType<ChannelMismatchException>().First();
    }
}
