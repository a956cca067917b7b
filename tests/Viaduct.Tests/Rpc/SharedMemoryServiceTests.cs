using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

public sealed class SharedMemoryServiceTests() : DistanceServiceSuite(DistanceKind.SharedMemory);
