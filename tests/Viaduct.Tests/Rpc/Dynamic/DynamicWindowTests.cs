using System.Text.Json;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc.Dynamic;

/// <summary>Who has no contract has its calls wait here, too.</summary>
public sealed class DynamicWindowTests
{
    [Fact]
    public async Task Calls_beyond_those_that_a_server_may_have_wait_and_go_by_priority()
    {
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        string held = Path.Combine(directory.Path, "held");
        string notes = Path.Combine(directory.Path, "notes");
        await using Distance distance = new(DistanceKind.SharedMemory);
        await using ServiceHost host = distance.Far.Serve<ILabour>(new Labour());
        await using DynamicServiceClient client = distance.Near.Connect(ServiceContract.Of<ILabour>().Name, new ConnectOptions { MaxCallsPerServer = 1 });
        Task<JsonElement?> first = Call("Hold", $"[\"{held}\"]");
        await Waiting.Until(() => File.Exists(held));
        Task<JsonElement?> low = Note(1, 0);
        Task<JsonElement?> high = Note(2, 5);
        File.Delete(held);
        await Task.WhenAll(first, low, high).Within();
        Assert.Equal("2 1 ", await File.ReadAllTextAsync(notes));

        Task<JsonElement?> Call(string method, string arguments) => client.CallAsync(method, JsonElement.Parse(arguments), cancellationToken: Patience.Token).AsTask();

        Task<JsonElement?> Note(int number, int priority)
        {
            using (CallContext.WithPriority(priority))
            {
                return Call("Note", $"[\"{notes}\", {number}]");
            }
        }
    }
}
