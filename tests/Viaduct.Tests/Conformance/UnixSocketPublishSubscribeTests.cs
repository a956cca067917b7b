using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public sealed class UnixSocketPublishSubscribeTests() : PublishSubscribeSuite(DistanceKind.UnixSocket);
