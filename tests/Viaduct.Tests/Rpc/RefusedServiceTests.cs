using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Who calls a service under its name by another contract.</summary>
public sealed class RefusedServiceTests
{
    [Fact]
    public async Task It_is_counted_on_both_sides_and_others_are_served()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        await using ServiceHost host = distance.Far.Serve<IPlus>(new Plus(), new ServeOptions { Name = "sums", Context = distance.Context });
        ConnectOptions connecting = new() { Name = "sums", Context = distance.Context };
        await using ServiceClient<IPlus> right = distance.Near.Connect<IPlus>(connecting);
        Assert.Equal(3, await Background.Run(() => right.Service.Add(1, 2)).Within());
        Assert.Equal((0, 0), (host.Counters.Refused, right.Counters.Refused));
        await using ServiceClient<ITrial> wrong = distance.Near.Connect<ITrial>(connecting);
        await Assert.ThrowsAsync<ChannelMismatchException>(() => Background.Run(() => wrong.Service.Add(1, 2)).Within());
        await Waiting.Until(() => host.Counters.Refused > 0 && wrong.Counters.Refused > 0);
        Assert.Equal(0, right.Counters.Refused);
        Assert.Equal(5, await Background.Run(() => right.Service.Add(2, 3)).Within());
    }

    /// <summary>The sentence is the same at both ends, but for who is at the other one.</summary>
    [Theory]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.UnixSocket)]
    [InlineData(DistanceKind.Machine)]
    public async Task A_field_of_another_type_is_named_at_both_sides_where_they_meet(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        var quotes = new Quotes();
        await using ServiceHost host = distance.Far.Serve<IQuotes>(quotes, new ServeOptions { Context = distance.Context });
        await using ServiceClient<IOldQuotes> client = distance.Near.Connect<IOldQuotes>(new ConnectOptions { Context = distance.Context });

        ChannelMismatchException error = await Assert.ThrowsAsync<ChannelMismatchException>(
            () => Background.Run(() => client.Service.Number(new OldQuote(1, "nail", 2))).Within());
        Assert.Equal(Sentence("far"), error.Message);
        Assert.Equal(("quotes", "Field 3 'Price' of Shop.Quote is i32 at the caller and f64 at the service."), (error.Channel, error.Ours));

        NodeEvent[] Told(string by) => [.. distance.Events.Items.Where(e => e.Kind == NodeEventKind.PeerRefused && e.Peer!.NodeName == by)];
        await Waiting.Until(() => Told("near").Length > 0 && Told("far").Length > 0);
        foreach (string other in (string[])["near", "far"])
        {
            Assert.All(Told(other), told => Assert.Equal((Sentence(other), Sentence(other)), (told.Text, told.Error!.Message)));
        }

        Assert.Equal(0, quotes.Calls);
    }

    /// <summary>Before there is a link: whoever comes second is told.</summary>
    [Fact]
    public async Task In_one_process_it_is_named_to_whoever_comes_second()
    {
        await using Distance distance = new(DistanceKind.Thread);
        ServeOptions serving = new() { Context = distance.Context };
        ConnectOptions connecting = new() { Context = distance.Context };
        await using (distance.Far.Serve<IQuotes>(new Quotes(), serving))
        {
            ChannelMismatchException error = Assert.Throws<ChannelMismatchException>(() => distance.Near.Connect<IOldQuotes>(connecting));
            Assert.Equal(SentenceOn("a server of the same process"), error.Message);
        }

        await using (distance.Near.Connect<IOldQuotes>(connecting))
        {
            ChannelMismatchException error = Assert.Throws<ChannelMismatchException>(() => distance.Far.Serve<IQuotes>(new Quotes(), serving));
            Assert.Equal(SentenceOn("a client of the same process"), error.Message);
        }
    }

    private static string Sentence(string node) => SentenceOn($"node '{node}' (process {Environment.ProcessId})");

    private static string SentenceOn(string other) =>
        $"The contract of service 'quotes' and that of {other} do not fit together: "
        + "Field 3 'Price' of Shop.Quote is i32 at the caller and f64 at the service. Build both ends of one version of the contract, or serve each under a name of its own.";
}
