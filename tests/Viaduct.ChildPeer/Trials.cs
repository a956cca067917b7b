using Viaduct.Rpc;
using Viaduct.Tests.Rpc;

namespace Viaduct.ChildPeer;

/// <summary>A program that serves the service of the trials, under many names: behind each nobody has been.</summary>
internal static class Trials
{
    /// <summary>Serves until it is told to end.</summary>
    public static async Task<int> RunAsync(int count)
    {
        await using Node node = Node.Join();
        await Task.WhenAll(Enumerable.Range(0, count).Select(number => node.Serve<ITrial>(new Trial(), new ServeOptions { Name = $"trial-{number}" }).RunAsync()));
        return 0;
    }
}
