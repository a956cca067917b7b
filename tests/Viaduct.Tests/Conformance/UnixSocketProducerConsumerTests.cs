using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public sealed class UnixSocketProducerConsumerTests() : ProducerConsumerSuite(DistanceKind.UnixSocket);
