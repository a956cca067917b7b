using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public sealed class SharedMemoryClientServerTests() : ClientServerSuite(DistanceKind.SharedMemory);
