using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>The service in a process of its own.</summary>
public sealed class IsolatedServiceTests() : IsolatedServiceSuite(DistanceKind.SharedMemory, new IsolateOptions { Standbys = 0 })
{
    [Fact]
    public async Task Calls_are_carried_out_by_the_thread_that_receives_them_and_none_of_the_pool()
    {
        for (int i = 0; i < 100; i++)
        {
            Assert.EndsWith(" 1", await Background.Run(Isolated!.Service.ThreadName).Within(), StringComparison.Ordinal);
        }
    }
}
