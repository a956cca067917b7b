using Viaduct.Tests.Crash;
using Viaduct.Tests.Demo;
using Viaduct.Tests.Hostile;
using Viaduct.Tests.Model;
using Viaduct.Tests.Packaging;
using Viaduct.Tests.Rpc;
using Viaduct.Tests.Serving;
using Viaduct.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Viaduct.Tests.Support;

/// <summary>Begins with the classes that take longest, so that none of them is left with nothing beside it; the others follow in no order, as ever.</summary>
/// <remarks>
/// The runner queues all collections from a thread of the pool, which then takes the last of its own first, while others take the first. So the longest come last here.
/// </remarks>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>Those that take twenty seconds or more, the longest first.</summary>
    private static readonly Type[] s_long =
    [
        typeof(PackageTests),
        typeof(MemoryModelTests),
        typeof(IsolationTests),
        typeof(MachineCrashTests),
        typeof(HostilePeerTests),
        typeof(ServeTests),
        typeof(MixedCallsTests),
        typeof(StallingPeerTests),
        typeof(UnixSocketCrashTests),
        typeof(SharedMemoryCrashTests),
        typeof(DemoDeathTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. DefaultTestCollectionOrderer.Instance.OrderTestCollections(testCollections).OrderByDescending(static collection => Rank(collection.TestCollectionDisplayName))];

    /// <summary>A class that names no collection has one of its own, which is named after it.</summary>
    private static int Rank(string name)
    {
        int rank = Array.FindIndex(s_long, type => name.StartsWith($"Test collection for {type.FullName} ", StringComparison.Ordinal));
        return rank < 0 ? s_long.Length : rank;
    }
}
