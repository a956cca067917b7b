using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Calls that start the program which serves them.</summary>
public sealed class FirstCallTests : IDisposable
{
    private readonly ServedTrials _served = new();

    public void Dispose() => _served.Dispose();

    /// <summary>They find the one that stands in for the service, and go on, together, to the one that serves.</summary>
    [Fact]
    public async Task May_bring_an_object_that_is_used_before_it_is_there()
    {
        await using Node node = Node.Join(new NodeOptions { RuntimeDirectory = _served.RuntimeDirectory });
        await using ServiceClient<ITrial> client = node.Connect<ITrial>(new ConnectOptions { Name = _served.Next() });
        await client.WaitForServersAsync(1, Patience.Token).Within();
        ICounter counter = await Background.Run(() => client.Service.OpenCounter(5)).Within();
        ICounter fork = await Background.Run(counter.Fork).Within();
        Task<int> awaited = fork.TakeAsync();
        Task<int> blocking = Background.Run(counter.Take);
        Assert.Equal(5, await awaited.Within());
        Assert.Equal(5, await blocking.Within());
        await Background.Run(counter.Dispose).Within();
    }

    /// <summary>Nobody would hear that one without an answer was not begun: it waits until the object is there.</summary>
    [Fact]
    public async Task May_bring_an_object_that_is_called_without_an_answer()
    {
        await using Node node = Node.Join(new NodeOptions { RuntimeDirectory = _served.RuntimeDirectory });
        await using ServiceClient<ITrial> client = node.Connect<ITrial>(new ConnectOptions { Name = _served.Next() });
        await client.WaitForServersAsync(1, Patience.Token).Within();
        Assert.Equal(6, await Background.Run(() =>
        {
            ICounter counter = client.Service.OpenCounter(5);
            counter.Skip();
            return counter.Take();
        }).Within());
    }
}
