using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Documentation;

public sealed class ForkJoinProgramTests
{
    [Fact]
    public async Task The_program_in_the_page_on_calls_does_what_it_says()
    {
        await using var distance = new Distance(DistanceKind.Thread);
        using ServiceHost host = distance.Near.Serve<IAdder>(new Adder());
        using ServiceClient<IAdder> client = distance.Near.Connect<IAdder>();
        long[] numbers = [.. Enumerable.Range(1, 10_000).Select(static number => (long)number)];

        Assert.Equal(50_005_000, await ForkJoinProgram.SumAsync(client.Service, numbers).Within());
    }
}
