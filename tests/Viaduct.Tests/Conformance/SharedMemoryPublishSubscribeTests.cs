using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public sealed class SharedMemoryPublishSubscribeTests() : PublishSubscribeSuite(DistanceKind.SharedMemory);
