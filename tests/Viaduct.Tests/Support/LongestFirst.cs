using Viaduct.Tests.Bench;
using Viaduct.Tests.Crash;
using Viaduct.Tests.Demo;
using Viaduct.Tests.Hostile;
using Viaduct.Tests.Model;
using Viaduct.Tests.Rpc;
using Viaduct.Tests.Serving;
using Viaduct.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Viaduct.Tests.Support;

/// <summary>Begins with the classes that take longest, so that none of them is left with nothing beside it; the others follow in the order that they would have had.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>Those that take more than a fifth of a minute.</summary>
    private static readonly Type[] s_long =
    [
        typeof(MachineCrashTests),
        typeof(HostilePeerTests),
        typeof(IsolationTests),
        typeof(MemoryModelTests),
        typeof(UnixSocketCrashTests),
        typeof(StallingPeerTests),
        typeof(SharedMemoryCrashTests),
        typeof(ServeTests),
        typeof(DemoDeathTests),
        typeof(BenchTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. DefaultTestCollectionOrderer.Instance.OrderTestCollections(testCollections).OrderBy(static collection => Rank(collection.TestCollectionDisplayName))];

    /// <summary>A class that names no collection has one of its own, which is named after it.</summary>
    private static int Rank(string name)
    {
        int rank = Array.FindIndex(s_long, type => name.StartsWith($"Test collection for {type.FullName} ", StringComparison.Ordinal));
        return rank < 0 ? s_long.Length : rank;
    }
}
