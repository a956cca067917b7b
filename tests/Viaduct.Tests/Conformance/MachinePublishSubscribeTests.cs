using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public sealed class MachinePublishSubscribeTests() : PublishSubscribeSuite(DistanceKind.Machine);
