using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public sealed class ThreadProducerConsumerTests() : ProducerConsumerSuite(DistanceKind.Thread);
