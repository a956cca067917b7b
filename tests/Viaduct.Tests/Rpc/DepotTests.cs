using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What a caller hears, or whoever serves, where a contract has more than a service has, or a call ends otherwise than it was meant.</summary>
public sealed class DepotTests
{
    public static TheoryData<DistanceKind> Kinds => [DistanceKind.Thread, DistanceKind.SharedMemory, DistanceKind.Machine];

    /// <summary>Carried out in the caller, it would be another than the service's class has, and nobody would notice.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_method_with_a_body_is_called_where_the_service_is_and_one_that_is_sealed_is_the_caller_s_own(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<IDepot> served = await distance.OpenService<IDepot>(new Depot());
        Assert.Equal(100, await Background.Run(served.Service.Doubled).Within());
        Assert.Equal("the service", await served.Service.NameAsync().Within());
        Assert.Equal(10, await Background.Run(served.Service.Halved).Within());
    }

    [Fact]
    public async Task Where_its_class_has_none_the_body_is_the_service_s()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        await using Served<IDepot> served = await distance.OpenService<IDepot>(new PlainDepot());
        Assert.Equal(42, await Background.Run(served.Service.Doubled).Within());
        Assert.Equal("default", await served.Service.NameAsync().Within());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_a_service_does_not_have_its_caller_hears_and_of_a_call_without_an_answer_whoever_serves(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using ServiceHost host = distance.Far.Serve<IOldDepot>(new PlainDepot(), new ServeOptions { Context = distance.Context });
        await using ServiceClient<IDepot> client = distance.Near.Connect<IDepot>(new ConnectOptions { Context = distance.Context });
        Assert.Equal(21, await Background.Run(client.Service.Count).Within());
        await Assert.ThrowsAsync<ServiceMethodMissingException>(() => Background.Run(client.Service.Doubled).Within());
        RemoteException promised = await Assert.ThrowsAsync<RemoteException>(() => Background.Run(() => client.Service.Open().Place()).Within());
        Assert.Contains("no such method", promised.Message, StringComparison.Ordinal);
        client.Service.Burn("letters");
        await Waiting.Until(() => host.Counters.DeadLettered == 1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_a_call_without_an_answer_throws_is_told_where_it_is_served(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<IDepot> served = await distance.OpenService<IDepot>(new Depot());
        served.Service.Burn("letters");
        await Waiting.Until(() => distance.Events.Items.Any(static what => what.Kind == NodeEventKind.HandlerFailed));
        NodeEvent told = Assert.Single(distance.Events.Items, static what => what.Kind == NodeEventKind.HandlerFailed);
        Assert.Equal("A call without an answer, of service 'depot', threw System.IO.InvalidDataException: It is too wet: letters.", told.Text);
        Assert.IsType<InvalidDataException>(told.Error);
        Assert.Equal(0, served.Host.Counters.DeadLettered);
    }

    [Fact]
    public async Task What_an_exception_was_thrown_for_stands_in_its_trace()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        await using Served<IDepot> served = await distance.OpenService<IDepot>(new Depot());
        RemoteException error = await Assert.ThrowsAsync<RemoteException>(() => Background.Run(() => served.Service.Weigh([])).Within());
        Assert.Equal("There is nothing.", error.RemoteMessage);
        Assert.Contains("---> System.FormatException: An empty box.", error.RemoteStackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_closed_its_connection_has_lost_nobody()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        await using Served<IDepot> served = await distance.OpenService<IDepot>(new Depot());
        IShelf shelf = served.Service.Open();
        Assert.Equal(3, await Background.Run(shelf.Place).Within());
        await served.Client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Background.Run(shelf.Place).Within());
    }

    [Fact]
    public async Task What_is_too_large_for_a_call_is_told_what_to_do_instead()
    {
        await using Distance distance = new(DistanceKind.Thread);
        await using Served<IDepot> served = await distance.OpenService<IDepot>(new Depot());
        MessageTooLargeException error = await Assert.ThrowsAsync<MessageTooLargeException>(() => Background.Run(() => served.Service.Weigh(new byte[65 << 20])).Within());
        Assert.Contains("Pass what is large as a Blob, or as a stream.", error.Message, StringComparison.Ordinal);
        Assert.Equal(64 << 20, error.Limit);
    }
}
