using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public sealed class MachineProducerConsumerTests() : ProducerConsumerSuite(DistanceKind.Machine);
