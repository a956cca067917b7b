using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public sealed class SharedMemoryProducerConsumerTests() : ProducerConsumerSuite(DistanceKind.SharedMemory);
