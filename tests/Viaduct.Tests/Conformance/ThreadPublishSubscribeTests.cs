using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public sealed class ThreadPublishSubscribeTests() : PublishSubscribeSuite(DistanceKind.Thread);
